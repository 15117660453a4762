import { beforeAll, describe, expect, it } from 'vitest';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as redactConversation } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as holdConversation } from '../../../functions/expunge/set-legal-hold/handler.ts';
import { handler as getConversation } from '../../../functions/intercom/get-conversation/handler.ts';
import { handler as redact } from '../../../functions/intercom/redact/handler.ts';
import { call } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { expectDocumented } from '../../support/documented.ts';
import {
  admin,
  assignment,
  documentOf,
  freshId,
  type IntercomDocument,
  pageOf22,
  part,
  source,
} from '../../support/intercom-documents.ts';
import { itemsWith, keyOf } from '../../support/tables.ts';

const deleted = '<p><i>This message was deleted</i></p>';

let key: string;
beforeAll(async () => {
  key = await keyOf('acme');
});

const imported = async (document: IntercomDocument) => {
  const answer = await call(importConversation, { key, body: { dialect: 'intercom', document } });
  expect(answer.status).toBe(201);
  return document;
};

const partRequest = ({ id, conversation_parts: list }: IntercomDocument, n = 0) => ({
  type: 'conversation_part',
  conversation_id: id,
  conversation_part_id: list.conversation_parts[n]!.id,
});
const sourceRequest = ({ id, source: message }: IntercomDocument) => ({
  type: 'source',
  conversation_id: id,
  source_id: message.id,
});

const errorOf = (code: string, message: string) => ({
  type: 'error.list',
  request_id: expect.any(String),
  errors: [{ code, message }],
});

const read = async ({ id }: IntercomDocument) => (await call(getConversation, { key, path: { id } })).body;

describe('POST /conversations/redact', () => {
  it('redacts a part and answers the conversation as it is then', async () => {
    const document = await imported(documentOf([part(freshId()), assignment(freshId()), part(freshId())]));
    const before = Math.floor(Date.now() / 1000);
    const answer = await call(redact, { key, body: partRequest(document) });
    expectDocumented('POST', '/conversations/redact', 200, answer.body);

    const [first, ...others] = document.conversation_parts.conversation_parts;
    const at = answer.body.updated_at;
    expect(at).toBeGreaterThanOrEqual(before);
    expect(answer).toMatchObject({
      status: 200,
      headers: { 'intercom-version': '2.15', 'redaction-state': 'completed' },
    });
    expect(answer.body).toEqual({
      ...document,
      updated_at: at,
      conversation_parts: {
        ...document.conversation_parts,
        conversation_parts: [
          {
            ...first,
            body: deleted,
            updated_at: at,
            attachments: [],
            redacted: true,
            email_message_metadata: null,
            metadata: {},
            tags: [{ type: 'tag', id: '55', name: null }],
            event_details: {},
          },
          ...others,
        ],
      },
    });
    expect(await read(document)).toEqual(answer.body);
  });

  it.each(['2.17', '2.20', '3.0', 'Unstable'])('redacts for a client that asks for %s', async (version) => {
    const document = await imported(documentOf([part(freshId())]));
    const headers = { 'intercom-version': version };
    const answer = await call(redact, { key, body: partRequest(document), headers });
    expect(answer).toMatchObject({ status: 200, headers });
    expect((await read(document)).conversation_parts.conversation_parts).toMatchObject([{ body: deleted }]);
  });

  it('redacts the source message', async () => {
    const document = await imported(documentOf([part(freshId())]));
    const answer = await call(redact, { key, body: sourceRequest(document) });
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...document,
      updated_at: answer.body.updated_at,
      source: { ...document.source, subject: '', body: deleted, attachments: [], url: null, redacted: true },
    });
  });

  it('tells a source message from a part of the same id', async () => {
    const document = await imported(documentOf([part('3')], { source: source('3') }));
    const { body } = await call(redact, { key, body: partRequest(document) });
    expect(body.source).toEqual(document.source);
    expect(body.conversation_parts.conversation_parts).toMatchObject([{ body: deleted }]);
    expect((await call(redact, { key, body: sourceRequest(document) })).body.source.body).toBe(deleted);
  });

  it('leaves no trace of the content in any table', async () => {
    const [id, sourceId] = [freshId(), freshId()];
    const canaries = [`canary body of ${id}`, `canary-${id}.png`, `only-in-${sourceId}`];
    const document = documentOf([part(id)], { source: source(sourceId, { body: `<p>only-in-${sourceId}</p>` }) });
    await imported(document);
    expect(await itemsWith(...canaries)).toHaveLength(2);

    const logs = await captureLogs(async () => {
      const headers = { 'idempotency-key': freshId() };
      await call(redact, { key, body: partRequest(document), headers });
      await call(redact, { key, body: sourceRequest(document) });
    });
    expect(await itemsWith(...canaries)).toEqual([]);
    expect(logs).not.toContain('canary');
  });

  it.each(['2.2', '2.5'])('answers the page of 2.2 in %s, field by field', async (version) => {
    const document = await imported(pageOf22());
    const answer = await call(redact, { key, body: partRequest(document), headers: { 'intercom-version': version } });
    expectDocumented('POST', '/conversations/redact', 200, answer.body);
    const [first, ...others] = document.conversation_parts.conversation_parts;
    const at = answer.body.updated_at;
    expect(answer.body).toEqual({
      ...document,
      updated_at: at,
      conversation_parts: {
        ...document.conversation_parts,
        conversation_parts: [{ ...first, body: deleted, updated_at: at, redacted: true }, ...others],
      },
    });
  });

  it('takes ids as integers', async () => {
    const [id, partId] = [freshId(), freshId()].map(Number);
    await imported(documentOf([part(String(partId))], { id: String(id) }));
    const body = { type: 'conversation_part', conversation_id: id, conversation_part_id: partId };
    expect((await call(redact, { key, body })).status).toBe(200);
  });

  it('takes no notice of fields that it does not know', async () => {
    const document = await imported(documentOf([part(freshId())]));
    expect((await call(redact, { key, body: { ...partRequest(document), note: 'x' } })).status).toBe(200);
  });

  it('with a key takes effect once, and answers again from the state of then', async () => {
    const document = await imported(documentOf([part(freshId()), part(freshId())]));
    const headers = { 'idempotency-key': freshId() };
    const first = await call(redact, { key, body: partRequest(document), headers });
    await call(redact, { key, body: partRequest(document, 1) });
    const again = await call(redact, { key, body: partRequest(document), headers });
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(again).toMatchObject({
      status: 200,
      headers: { 'idempotent-replayed': 'true', 'redaction-id': first.headers['redaction-id'] },
    });
    expect(again.body.conversation_parts.conversation_parts).toMatchObject([{ body: deleted }, { body: deleted }]);

    const other = await call(redact, { key, body: sourceRequest(document), headers });
    expect(other).toMatchObject({
      status: 422,
      body: errorOf('unprocessable_entity', 'The idempotency key was used with another request'),
    });
  });

  describe('refuses, with nothing changed,', () => {
    type Refusal = [string, (document: IntercomDocument) => unknown, number, string, string];

    const notRedactable = (name: string, request: Refusal[1]): Refusal => [
      name,
      request,
      400,
      'conversation_part_not_redactable',
      "Part can't be redacted",
    ];
    const notFound = (name: string, fields: object): Refusal => [
      name,
      (document) => ({ ...partRequest(document), ...fields }),
      404,
      'conversation_part_or_message_not_found',
      'Conversation part or message not found',
    ];
    const missing = (field: string, fields: object): Refusal => [
      `a request without ${field}: ${JSON.stringify(fields)}`,
      (document) => ({ ...partRequest(document), ...fields }),
      400,
      'parameter_not_found',
      `${field} is a required parameter`,
    ];
    const mistyped = (type: unknown): Refusal => [
      `the type ${JSON.stringify(type)}`,
      (document) => ({ ...partRequest(document), type }),
      400,
      'type_mismatch',
      "The type attribute provided should be either 'conversation_part' or 'source'",
    ];

    const refusals: Refusal[] = [
      notRedactable('a part that was redacted already', (document) => partRequest(document)),
      notRedactable('a part without a body', (document) => partRequest(document, 1)),
      notRedactable('a source message that no contact wrote', sourceRequest),
      notFound('an unknown part', { conversation_part_id: '149' }),
      notFound('a part id that is none', { conversation_part_id: 'really_123_doesnt_exist' }),
      notFound('a part id with forbidden characters', { conversation_part_id: 'a b#c' }),
      notFound('a part id that is an object', { conversation_part_id: {} }),
      notFound('an unknown conversation', { conversation_id: '608' }),
      notFound('a conversation id that is none', { conversation_id: '../608' }),
      notFound('an unknown source message', { type: 'source', source_id: '149' }),
      notFound('a source id that is none', { type: 'source', source_id: true }),
      missing('type', { type: undefined }),
      missing('conversation_id', { conversation_id: undefined }),
      missing('conversation_id', { conversation_id: null }),
      missing('conversation_part_id', { conversation_part_id: '' }),
      missing('source_id', { type: 'source' }),
      ['a request without a body', () => undefined, 400, 'parameter_not_found', 'type is a required parameter'],
      mistyped('message'),
      mistyped(7),
      mistyped({}),
      ['what is no JSON', () => '{canary', 400, 'bad_request', 'The body is not valid JSON'],
      ['what is no object', () => '[]', 400, 'parameter_invalid', expect.any(String)],
    ];

    let document: IntercomDocument;
    let state: unknown;
    beforeAll(async () => {
      const author = { type: 'admin', id: admin.id };
      document = await imported(
        documentOf([part(freshId()), assignment(freshId())], { source: source(freshId(), { author }) }),
      );
      await call(redact, { key, body: partRequest(document) });
      state = await read(document);
    });

    it.each(refusals)('%s', async (_, request, status, code, message) => {
      const answer = await call(redact, { key, body: request(document) });
      expectDocumented('POST', '/conversations/redact', answer.status, answer.body);
      expect({ status: answer.status, body: answer.body }).toEqual({ status, body: errorOf(code, message) });
      expect(await read(document)).toEqual(state);
    });
  });

  it('refuses a conversation under legal hold', async () => {
    const document = await imported(documentOf([part(freshId())]));
    await call(holdConversation, { key, path: { id: `intercom:${document.id}` }, body: { held: true } });
    const answer = await call(redact, { key, body: partRequest(document) });
    expect(answer).toMatchObject({
      status: 403,
      body: errorOf('action_forbidden', 'The conversation is under legal hold: nothing was changed'),
    });
    expect(await read(document)).toEqual(document);
  });

  it.each([
    ['no key', undefined],
    ['an unknown key', 'exp_sk_unknown'],
  ])('refuses %s', async (_, wrong) => {
    const answer = await call(redact, { key: wrong, body: {} });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 401,
      body: errorOf('unauthorized', 'Access Token Invalid'),
    });
  });

  it('refuses a key that may only read', async () => {
    const reader = await keyOf('acme', ['messaging:read']);
    const answer = await call(redact, { key: reader, body: {} });
    expect(answer).toMatchObject({
      status: 403,
      body: errorOf('forbidden', 'The permission messaging:delete is required'),
    });
  });

  it('finds no source message by the id that it has as a part', async () => {
    const document = await imported(documentOf([]));
    const request = { ...sourceRequest(document), type: 'conversation_part' };
    const answer = await call(redact, {
      key,
      body: { ...request, conversation_part_id: `source:${document.source.id as string}` },
    });
    expect(answer.status).toBe(404);
    expect(await read(document)).toEqual(document);
  });

  it("knows nothing of another tenant's conversation", async () => {
    const document = await imported(documentOf([part(freshId())]));
    const answer = await call(redact, { key: await keyOf('globex'), body: partRequest(document) });
    expect(answer).toMatchObject({ status: 404 });
    expect(await read(document)).toEqual(document);
  });

  it("reads a conversation that was redacted as a whole in Intercom's words", async () => {
    const document = await imported(documentOf([part(freshId()), assignment(freshId())]));
    const id = `intercom:${document.id}`;
    expect((await call(redactConversation, { key, path: { id }, body: { scope: 'conversation' } })).status).toBe(200);
    const body = await read(document);
    expect(JSON.stringify(body)).not.toContain('canary');
    expect(body.source.body).toBe(deleted);
    expect(body.conversation_parts.conversation_parts[0].body).toBe(deleted);
    expect(body.conversation_parts.conversation_parts[1]).toEqual(document.conversation_parts.conversation_parts[1]);
    expect((await call(redact, { key, body: partRequest(document) })).status).toBe(400);
  });
});
