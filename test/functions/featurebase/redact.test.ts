import { beforeAll, describe, expect, it } from 'vitest';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as redactAll } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as setLegalHold } from '../../../functions/expunge/set-legal-hold/handler.ts';
import { handler as getConversation } from '../../../functions/featurebase/get-conversation/handler.ts';
import { handler as redactHandler } from '../../../functions/featurebase/redact/handler.ts';
import { ledger } from '../../../functions/stores.ts';
import { call } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { Killed, withFaults } from '../../support/faults.ts';
import {
  conversation,
  everyPart,
  type Fields,
  message,
  messagesOf,
  part,
} from '../../support/featurebase-documents.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const imported = async (document: Fields, tenantKey = key): Promise<string> => {
  const answer = await call(importConversation, { key: tenantKey, body: { dialect: 'featurebase', document } });
  expect(answer.status).toBe(201);
  return String(document.id);
};
type More = { key?: string; headers?: Record<string, string>; body?: unknown; fields?: Fields };
const redact = (id: unknown, partId: unknown, { fields, ...more }: More = {}) =>
  call(redactHandler, {
    key,
    body: { type: 'conversation_part', conversationId: id, conversationPartId: partId, ...fields },
    ...more,
  });
const read = (id: string, tenantKey = key) =>
  call(getConversation, { key: tenantKey, path: { id }, query: { include: 'customAttributeDefinitions' } });
const entryOf = (id: string, headers: Record<string, string>, tenantId = 'tenant-a') =>
  ledger.read({ tenantId, conversationId: `featurebase:${id}`, id: headers['redaction-id']! });

const error = (status: number, code: string, message: string, param?: string, type = 'invalid_request_error') => ({
  error: { type, code, message, ...(param !== undefined && { param }), status },
});

describe('POST /v2/conversations/redact', () => {
  it("answers the page's example as the page does", async () => {
    const document = messagesOf(1, { id: '12345' });
    document.conversationParts.push(message('67890'));
    const { customAttributeValues: _, ...shown } = document;
    await imported(document);

    const answer = await call(redactHandler, {
      key,
      headers: { 'featurebase-version': '2026-01-01.nova' },
      body: {
        type: 'conversation_part',
        conversationId: '12345',
        conversationPartId: '67890',
        actingAdminId: '507f1f77bcf86cd799439011',
      },
    });

    const redacted = answer.body.conversationParts[1];
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...shown,
      conversationParts: [
        document.conversationParts[0],
        {
          ...document.conversationParts[1],
          bodyHtml: '',
          bodyMarkdown: '',
          redacted: true,
          updatedAt: redacted.updatedAt,
        },
      ],
    });
    expect(redacted.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(answer.headers).toMatchObject({
      'featurebase-version': '2026-01-01.nova',
      'redaction-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'redaction-state': 'completed',
      'cache-control': 'no-store',
    });
    expect(await entryOf('12345', answer.headers)).toMatchObject({
      actingAs: 'admin:507f1f77bcf86cd799439011',
      scope: { kind: 'parts', partIds: ['67890'] },
      acceptedAt: Date.parse(redacted.updatedAt),
      verified: true,
    });
  });

  it.each(['user_msg', 'admin_msg', 'email_msg', 'bot_msg'])('redacts a message of the type %s', async (partType) => {
    const id = await imported(conversation([message('1', partType), message('2')]));
    const answer = await redact(id, '1');
    expect(answer.body.conversationParts[0]).toMatchObject({
      partType,
      bodyHtml: '',
      bodyMarkdown: '',
      redacted: true,
    });
    expect(answer.body.conversationParts[1].bodyMarkdown).toBe('canary-body-2');
    expect((await read(id)).body.conversationParts).toEqual(answer.body.conversationParts);
  });

  it('takes numbers for ids, and is the system bot where no admin acts', async () => {
    const id = await imported(messagesOf(1));
    const answer = await redact(Number(id), 1);
    expect(answer).toMatchObject({ status: 200, body: { id, conversationParts: [{ id: '1', redacted: true }] } });
    expect(await entryOf(id, answer.headers)).toMatchObject({ actingAs: 'bot' });
  });

  it('leaves no canary of the message in any item of any table, and none in a log line', async () => {
    const tenantKey = await keyOf('tenant-canaries');
    const document = conversation([
      message('1', 'user_msg', { bodyHtml: '<p>canary-gone</p>', hidden: ['canary-gone'] }),
    ]);
    document.conversationParts[0].bodyMarkdown = 'canary-gone';
    document.source.bodyMarkdown = 'canary-gone';
    document.source.bodyHtml = '<p>canary-gone</p>';
    const id = await imported(document, tenantKey);
    expect(await itemsWith('canary-gone')).toHaveLength(1);

    const logs = await captureLogs(async () => {
      const headers = { 'idempotency-key': 'canaries' };
      expect((await redact(id, '1', { key: tenantKey, headers })).status).toBe(200);
      // Refusals are logged, so that this log has lines to look at.
      await redact('canary gone', '1', { key: tenantKey });
      await redact(id, '1', { key: tenantKey, body: '{"type": "canary-broken' });
    });

    expect(await itemsWith('canary-gone', 'canary-broken', 'canary gone')).toEqual([]);
    expect(logs.match(/request refused/g)).toHaveLength(2);
    expect(logs).not.toContain('canary');
    expect((await read(id, tenantKey)).text).not.toContain('canary-gone');
  });

  it('touches nothing else: not the other parts, the people, the texts', async () => {
    const tenantKey = await keyOf('tenant-bytes');
    const id = await imported(conversation(everyPart), tenantKey);
    const other = await imported(messagesOf(2), tenantKey);
    const bytes = async () =>
      (await everyItem())
        .filter(({ pk }) => String(pk).startsWith('T#tenant-bytes#C#'))
        .filter(({ pk, sk }) => String(pk).includes(other) || !/^(R#|GUARD|C#0*1$)/.test(String(sk)))
        .map((item) => JSON.stringify(item))
        .toSorted();
    const before = await bytes();
    expect(before.length).toBeGreaterThan(40);
    await redact(id, '1', { key: tenantKey });
    expect(await bytes()).toEqual(before);
  });

  it('succeeds on a message that is redacted already, and leaves it as it is', async () => {
    const id = await imported(messagesOf(2));
    const first = await redact(id, '1');
    const again = await redact(id, '1');
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await entryOf(id, again.headers)).toMatchObject({ state: 'completed', cells: 0 });
  });

  it('succeeds on a message that Featurebase had redacted before the import', async () => {
    const document = conversation([message('1', 'user_msg', { bodyHtml: '', bodyMarkdown: '', redacted: true })]);
    const id = await imported(document);
    expect((await redact(id, '1')).body.conversationParts).toEqual(document.conversationParts);
  });

  it('takes effect once for a key, and shows the conversation as it is now on a replay', async () => {
    const id = await imported(messagesOf(3));
    const headers = { 'idempotency-key': 'once' };
    const first = await redact(id, '1', { headers });
    await redact(id, '2');

    const replay = await redact(id, '1', { headers });

    expect(replay.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'redaction-id': first.headers['redaction-id'],
    });
    expect(replay.body.conversationParts.map(({ redacted }: Fields) => redacted)).toEqual([true, true, false]);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
  });

  it('refuses a key that came with another request', async () => {
    const id = await imported(messagesOf(2));
    const headers = { 'idempotency-key': 'another' };
    await redact(id, '1', { headers });
    const answer = await redact(id, '2', { headers });
    const words = 'The idempotency key was used with another request';
    expect(answer).toMatchObject({ status: 422, body: error(422, 'idempotency_key_reused', words, 'Idempotency-Key') });
    expect((await read(id)).body.conversationParts[1].redacted).toBe(false);
  });

  it('takes up with the same key what an attempt that died had begun', async () => {
    const id = await imported(messagesOf(1));
    const headers = { 'idempotency-key': 'killed' };
    let erased = false;
    const died = await withFaults(
      ({ command, input }) => {
        erased ||= command === 'BatchWriteItemCommand';
        const settles = command === 'UpdateItemCommand' && String(input.Key.sk.S ?? input.Key.sk).startsWith('R#');
        return erased && settles ? { throwBefore: new Killed() } : undefined;
      },
      () => redact(id, '1', { headers }),
    );
    expect(died.body).toEqual(error(500, 'internal_error', 'Something went wrong', undefined, 'api_error'));

    const retried = await redact(id, '1', { headers });

    expect(retried).toMatchObject({ status: 200, headers: { 'redaction-state': 'completed' } });
    expect(await entryOf(id, retried.headers)).toMatchObject({ cells: 1, verified: true });
  });

  it.each(everyPart.slice(4).map(({ id, partType }) => [partType as string, String(id)]))(
    'refuses a part of the type %s, and changes nothing',
    async (_, partId) => {
      const document = conversation(everyPart);
      const id = await imported(document);
      const answer = await redact(id, partId);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(error(400, 'invalid_request', 'Only human messages can be redacted'));
      expect((await read(id)).body).toEqual(document);
    },
  );

  it('refuses the source, which only our own API redacts', async () => {
    const id = await imported(messagesOf(1));
    expect((await redact(id, 'source')).body).toEqual(
      error(400, 'invalid_request', 'Only human messages can be redacted'),
    );
    await call(redactAll, { key, path: { id: `featurebase:${id}` }, body: { parts: ['source'] } });
    expect((await read(id)).body.source).toMatchObject({ bodyHtml: '', bodyMarkdown: '', channel: 'email' });
    expect(await itemsWith('canary-source')).not.toContainEqual(
      expect.objectContaining({ pk: expect.stringContaining(id) }),
    );
  });

  it.each([
    ['conversation', { conversationId: '987654321' }, 'conversation_not_found', 'Conversation not found'],
    ['part', { conversationPartId: '99' }, 'conversation_part_not_found', 'Conversation part not found'],
  ])('says that an unknown %s is not found, and writes nothing', async (_, fields, code, words) => {
    const id = await imported(messagesOf(1));
    const before = JSON.stringify(await everyItem());
    const answer = await redact(id, '1', { fields });
    expect(answer).toMatchObject({ status: 404, body: error(404, code, words) });
    expect(JSON.stringify(await everyItem())).toBe(before);
  });

  it("does not find another tenant's conversation", async () => {
    const id = await imported(messagesOf(1));
    const answer = await redact(id, '1', { key: await keyOf('tenant-b') });
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'conversation_not_found' } } });
    expect((await read(id)).text).toContain('canary-body-1');
  });

  it.each([
    ['no type', { type: undefined }, 'type is required', 'type'],
    ['another type', { type: 'conversation' }, 'type: must be conversation_part', 'type'],
    ['no conversation', { conversationId: undefined }, 'conversationId is required', 'conversationId'],
    ['an empty conversation', { conversationId: '' }, /^conversationId: must be/, 'conversationId'],
    ['an address for a conversation', { conversationId: 'a@b.c' }, /^conversationId: must be/, 'conversationId'],
    ['no part', { conversationPartId: undefined }, 'conversationPartId is required', 'conversationPartId'],
    ['null for a part', { conversationPartId: null }, /^conversationPartId: must be/, 'conversationPartId'],
    ['a fraction for a part', { conversationPartId: 1.5 }, /^conversationPartId: must be/, 'conversationPartId'],
    ['a list for a part', { conversationPartId: ['1'] }, /^conversationPartId: must be/, 'conversationPartId'],
    ['a name for an admin', { actingAdminId: 'Noor' }, /^actingAdminId: must be the id of an admin/, 'actingAdminId'],
    ['a field that is not known', { reason: 'canary' }, 'reason is not a known parameter', 'reason'],
  ])('refuses %s, and says which parameter it is', async (_, fields, words, param) => {
    const id = await imported(messagesOf(1));
    const answer = await redact(id, '1', { fields });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(error(400, 'invalid_request', expect.stringMatching(words) as never, param));
    expect(answer.text).not.toMatch(/canary|Noor|a@b/);
    expect((await read(id)).text).toContain('canary-body-1');
  });

  it.each([
    ['none', undefined],
    ['text that is not JSON', '{"type":'],
    ['an array', '[]'],
    ['a string', '"text"'],
    ['5 MB and more', JSON.stringify({ type: 'x'.repeat(5 * 1024 * 1024) })],
    ['JSON nested a thousand deep', `${'['.repeat(1000)}${']'.repeat(1000)}`],
  ])('refuses a body of %s', async (_, body) => {
    const answer = await call(redactHandler, { key, body });
    expect(answer).toMatchObject({ status: 400, body: { error: { type: 'invalid_request_error', status: 400 } } });
  });

  it('refuses under legal hold with a status that the client does not repeat, and changes nothing', async () => {
    const id = await imported(messagesOf(1));
    const hold = (held: boolean) =>
      call(setLegalHold, { key, path: { id: `featurebase:${id}` }, body: { held } }).then(({ status }) => status);
    expect(await hold(true)).toBe(200);
    const headers = { 'idempotency-key': 'held' };
    const answer = await redact(id, '1', { headers });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(
      error(400, 'invalid_request', 'This conversation is under legal hold and cannot be redacted'),
    );
    expect((await read(id)).text).toContain('canary-body-1');
    await hold(false);
    expect((await redact(id, '1', { headers })).headers['redaction-state']).toBe('completed');
  });

  it.each([
    ['no header', {}],
    ['an unknown key', { authorization: 'Bearer sk_nobody' }],
    ['another scheme', { authorization: 'Basic c2s6' }],
  ])('wants an API key: %s', async (_, headers) => {
    const answer = await call(redactHandler, { headers, body: {} });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual(error(401, 'invalid_api_key', 'Invalid API Key', undefined, 'authentication_error'));
  });

  it('asks for the permission to delete', async () => {
    const id = await imported(messagesOf(1));
    const answer = await redact(id, '1', { key: await keyOf('tenant-a', ['messaging:read', 'messaging:update']) });
    const words = 'The permission messaging:delete is required';
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(error(403, 'forbidden', words, undefined, 'authorization_error'));
    expect((await read(id)).text).toContain('canary-body-1');
  });

  it('brings nothing back when the same conversation is imported again', async () => {
    const document = conversation([message('1'), part('2', 'status')]);
    const id = await imported(document);
    await redact(id, '1');
    await call(importConversation, { key, body: { dialect: 'featurebase', document } });
    expect((await read(id)).text).not.toContain('canary-body-1');
  });
});
