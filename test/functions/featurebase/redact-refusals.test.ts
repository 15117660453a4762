import { beforeAll, describe, expect, it } from 'vitest';
import { handler as redactAll } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as setLegalHold } from '../../../functions/expunge/set-legal-hold/handler.ts';
import { handler as redactHandler } from '../../../functions/featurebase/redact/handler.ts';
import { call } from '../../support/call.ts';
import { callsWith, errorOf } from '../../support/featurebase-calls.ts';
import { conversation, everyPart, messagesOf } from '../../support/featurebase-documents.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const { imported, read, redact } = callsWith(() => key);

describe('POST /v2/conversations/redact, refused', () => {
  it('refuses a key that came with another request', async () => {
    const id = await imported(messagesOf(2));
    const headers = { 'idempotency-key': 'another' };
    await redact(id, '1', { headers });
    const answer = await redact(id, '2', { headers });
    const words = 'The idempotency key was used with another request';
    expect(answer).toMatchObject({
      status: 422,
      body: errorOf(422, 'idempotency_key_reused', words, 'Idempotency-Key'),
    });
    expect((await read(id)).body.conversationParts[1].redacted).toBe(false);
  });

  it.each(everyPart.slice(4).map(({ id, partType }) => [partType as string, String(id)]))(
    'refuses a part of the type %s, and changes nothing',
    async (_, partId) => {
      const document = conversation(everyPart);
      const id = await imported(document);
      const answer = await redact(id, partId);
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(errorOf(400, 'invalid_request', 'Only human messages can be redacted'));
      expect((await read(id)).body).toEqual(document);
    },
  );

  it('refuses the source, which only our own API redacts', async () => {
    const id = await imported(messagesOf(1));
    expect((await redact(id, 'source')).body).toEqual(
      errorOf(400, 'invalid_request', 'Only human messages can be redacted'),
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
    expect(answer).toMatchObject({ status: 404, body: errorOf(404, code, words) });
    expect(JSON.stringify(await everyItem())).toBe(before);
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
      errorOf(400, 'invalid_request', 'This conversation is under legal hold and cannot be redacted'),
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
    expect(answer.body).toEqual(errorOf(401, 'invalid_api_key', 'Invalid API Key', undefined, 'authentication_error'));
  });

  it('asks for the permission to delete', async () => {
    const id = await imported(messagesOf(1));
    const answer = await redact(id, '1', { key: await keyOf('tenant-a', ['messaging:read', 'messaging:update']) });
    const words = 'The permission messaging:delete is required';
    expect(answer.status).toBe(403);
    expect(answer.body).toEqual(errorOf(403, 'forbidden', words, undefined, 'authorization_error'));
    expect((await read(id)).text).toContain('canary-body-1');
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
    expect(answer.body).toEqual(errorOf(400, 'invalid_request', expect.stringMatching(words), param));
    expect(answer.text).not.toMatch(/canary|Noor|a@b/);
    expect((await read(id)).text).toContain('canary-body-1');
  });
});
