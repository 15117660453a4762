import { beforeAll, describe, expect, it } from 'vitest';
import { handler as redactAll } from '../../../functions/expunge/redact-conversation/handler.ts';
import { call } from '../../support/call.ts';
import { callsWith, errorOf } from '../../support/featurebase-calls.ts';
import { conversation, everyPart, type Fields, message, messagesOf } from '../../support/featurebase-documents.ts';
import { itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const { append, imported, read, redact } = callsWith(() => key);
const messages = (from: number, through: number, fields: Fields = {}) =>
  Array.from({ length: through - from + 1 }, (_, n) => message(String(from + n), 'user_msg', fields));

describe('GET /v2/conversations/{id}', () => {
  it('answers with the document as it was imported', async () => {
    const document = conversation(everyPart);
    const id = await imported(document);
    const answer = await read(id);
    expect(answer.status).toBe(200);
    expect(answer.text).toBe(JSON.stringify(document));
  });

  it('gives the names and types of attributes only where they are asked for', async () => {
    const { customAttributeValues, ...document } = conversation(everyPart);
    const id = await imported({ ...document, customAttributeValues });
    expect((await read(id, { query: {} })).body).toEqual(document);
    expect((await read(id, { query: { include: 'other,customAttributeDefinitions' } })).body).toEqual({
      ...document,
      customAttributeValues,
    });
  });

  it('answers numbers with numbers', async () => {
    const document = messagesOf(1, { id: 4711 });
    document.conversationParts[0].id = 8;
    const id = await imported(document);
    expect((await read(id)).body).toEqual(document);
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

    const { text } = await redact(id, '1');

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
    await call(redactAll, { key: tenantKey, path: { id: `featurebase:${id}` }, body: { scope: 'conversation' } });

    const answer = await read(id, { key: tenantKey });

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
      expect(answer.body).toEqual(errorOf(404, 'conversation_not_found', 'Conversation not found'));
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
