import { beforeAll, describe, expect, it } from 'vitest';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as redactAll } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as getConversation } from '../../../functions/featurebase/get-conversation/handler.ts';
import { handler as redactHandler } from '../../../functions/featurebase/redact/handler.ts';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';
import { call } from '../../support/call.ts';
import { conversation, everyPart, type Fields, message, messagesOf } from '../../support/featurebase-documents.ts';
import { itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const imported = async (document: Fields, tenantKey = key): Promise<string> => {
  const answer = await call(importConversation, { key: tenantKey, body: { dialect: 'featurebase', document } });
  expect(answer.status).toBe(201);
  return String(document.id);
};
const append = async (id: string, parts: Fields[]) => {
  const answer = await call(appendParts, { key, path: { id: `featurebase:${id}` }, body: { parts } });
  expect(answer.status).toBe(200);
};
type More = { key?: string; query?: Record<string, string>; headers?: Record<string, string> };
const read = (id: string, more: More = {}) => call(getConversation, { key, path: { id }, ...more });
const definitions = { include: 'customAttributeDefinitions' };

const messages = (from: number, through: number, fields: Fields = {}) =>
  Array.from({ length: through - from + 1 }, (_, n) => message(String(from + n), 'user_msg', fields));

describe('GET /v2/conversations/{id}', () => {
  it('answers with the document as it was imported', async () => {
    const document = conversation(everyPart);
    const id = await imported(document);
    const answer = await read(id, { query: definitions });
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(JSON.stringify(document));
  });

  it('gives the names and types of attributes only where they are asked for', async () => {
    const { customAttributeValues, ...document } = conversation(everyPart);
    const id = await imported({ ...document, customAttributeValues });
    expect((await read(id)).body).toEqual(document);
    expect((await read(id, { query: { include: 'other,customAttributeDefinitions' } })).body).toEqual({
      ...document,
      customAttributeValues,
    });
  });

  it('answers numbers with numbers', async () => {
    const document = messagesOf(1, { id: 4711 });
    document.conversationParts[0].id = 8;
    const id = await imported(document);
    expect((await read(id, { query: definitions })).body).toEqual(document);
  });

  it('shows the 500 most recent parts and the source', async () => {
    const document = conversation(messages(1, 3));
    const id = await imported(document);
    await append(id, messages(4, 503));
    const { body } = await read(id);
    expect(body.conversationParts.map((part: Fields) => part.id)).toEqual(messages(4, 503).map((part) => part.id));
    expect(body.source).toEqual(document.source);
    await append(id, messages(504, 504));
    expect((await read(id)).body.conversationParts[0].id).toBe('5');
  });

  it('shows a source that repeats the first message though that is too old to be shown, and hides it with that', async () => {
    const document = messagesOf(1);
    const { bodyHtml, bodyMarkdown } = document.conversationParts[0];
    Object.assign(document.source, { bodyHtml, bodyMarkdown });
    const id = await imported(document);
    await append(id, messages(2, 501));
    expect((await read(id)).body.source).toMatchObject({ bodyHtml, bodyMarkdown });
    expect((await read(id)).body.conversationParts[0].id).toBe('2');

    const body = { type: 'conversation_part', conversationId: id, conversationPartId: '1' };
    const { text } = await call(redactHandler, { key, body });

    expect(JSON.parse(text).source).toMatchObject({ bodyHtml: '', bodyMarkdown: '' });
    expect(text).not.toContain('canary-body-1"');
  });

  it('shows fewer parts where the answer would grow too large for Lambda', async () => {
    // What JSON escapes, it escapes twice: an answer is a string in Lambda's own JSON.
    const fields = { bodyHtml: '', bodyMarkdown: '"'.repeat(170_000) };
    const document = conversation([]);
    const id = await imported(document);
    await append(id, messages(1, 6, fields));
    await append(id, messages(7, 12, fields));
    const { body, text } = await read(id);
    expect(Buffer.byteLength(JSON.stringify(text))).toBeLessThan(5_500_000);
    expect(body.conversationParts.map((part: Fields) => part.id)).toEqual(messages(5, 12).map((part) => part.id));
    expect(body.source).toEqual(document.source);
  });

  it('has no canary after a redaction of everything by our own API, and keeps what is no text', async () => {
    const tenantKey = await keyOf('tenant-canaries');
    const document = conversation(everyPart);
    const id = await imported(document, tenantKey);
    expect((await itemsWith('canary')).length).toBeGreaterThan(10);
    await call(redactAll, { key: tenantKey, path: { id: `featurebase:${id}` } });

    const answer = await read(id, { key: tenantKey, query: definitions });

    expect(answer.text).not.toContain('canary');
    expect(answer.body.conversationParts.map((part: Fields) => part.id)).toEqual(everyPart.map((part) => part.id));
    expect(answer.body).toMatchObject({ id, title: '', state: 'open', readReceipts: document.readReceipts });
    const left = await itemsWith('canary');
    expect(left.filter(({ pk }) => String(pk).includes(id))).toEqual([]);
  });

  it.each([['987654321'], ['a/b'], ['ada@example.com'], [''], ['1'.repeat(300)]])(
    'says that %s is not found',
    async (id) => {
      const answer = await read(id);
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual({
        error: {
          type: 'invalid_request_error',
          code: 'conversation_not_found',
          message: 'Conversation not found',
          status: 404,
        },
      });
    },
  );

  it("does not find another tenant's conversation", async () => {
    const id = await imported(messagesOf(1));
    expect((await read(id, { key: await keyOf('tenant-b') })).status).toBe(404);
  });

  it('asks for the permission to read', async () => {
    const id = await imported(messagesOf(1));
    const answer = await read(id, { key: await keyOf('tenant-a', ['messaging:delete']) });
    expect(answer).toMatchObject({ status: 403, body: { error: { type: 'authorization_error', code: 'forbidden' } } });
  });
});

describe('Featurebase-Version', () => {
  const redact = (id: string, more: More = {}) => {
    const body = { type: 'conversation_part', conversationId: id, conversationPartId: '1' };
    return call(redactHandler, { key, body, ...more });
  };
  const notSupported = {
    status: 404,
    body: {
      error: {
        type: 'invalid_request_error',
        code: 'version_not_supported',
        message: 'This API version is not supported for this endpoint',
        param: 'Featurebase-Version',
        status: 404,
      },
    },
  };

  it.each(['2025-12-12.clover', '2026-01-01.nova', '2026-08-19.orbit', '2027-03-01.comet'])(
    'reads the same in %s, and says so',
    async (version) => {
      const document = conversation(everyPart);
      const id = await imported(document);
      const answer = await read(id, { query: definitions, headers: { 'featurebase-version': version } });
      expect(answer).toMatchObject({ status: 200, headers: { 'featurebase-version': version } });
      expect(answer.text).toBe(JSON.stringify(document));
    },
  );

  it.each(['2026-01-01.nova', '2026-08-19.orbit', '2027-03-01.comet'])('redacts in %s', async (version) => {
    const id = await imported(messagesOf(1));
    expect((await redact(id, { headers: { 'featurebase-version': version } })).status).toBe(200);
  });

  it.each(['2025-12-12.clover', '2025-06-01.birch', '2026-01-01.other', '2027-02-30.comet', '2027-03-01', 'nova', ''])(
    'does not redact in "%s"',
    async (version) => {
      const id = await imported(messagesOf(1));
      expect(await redact(id, { headers: { 'featurebase-version': version } })).toMatchObject(notSupported);
      expect((await read(id)).text).toContain('canary-body-1');
    },
  );

  it("is the tenant's own where the request names none", async () => {
    const tenantKey = await keyOf('tenant-clover');
    const id = await imported(messagesOf(1), tenantKey);
    const settings = settingsStore(documents, requireEnv('TABLE_NAME'));
    await settings.write('tenant-clover', 'featurebase', { version: '2025-12-12.clover' });
    const nova = { 'featurebase-version': '2026-01-01.nova' };
    expect(await redact(id, { key: tenantKey })).toMatchObject(notSupported);
    expect((await read(id, { key: tenantKey })).status).toBe(200);
    expect((await redact(id, { key: tenantKey, headers: nova })).status).toBe(200);
  });
});
