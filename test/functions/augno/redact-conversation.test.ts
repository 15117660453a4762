import { beforeAll, describe, expect, it } from 'vitest';
import { handler as getConversation } from '../../../functions/augno/get-conversation/handler.ts';
import { handler as listMessages } from '../../../functions/augno/list-messages/handler.ts';
import { handler as redactConversation } from '../../../functions/augno/redact-conversation/handler.ts';
import { handler as setLegalHold } from '../../../functions/augno/set-legal-hold/handler.ts';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { attachment, type AugnoDocument, documentOf, freshId, listOf, message } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';
import { unitsOf } from '../../support/units.ts';

const version = { 'augno-version': '1.0.forge-preview.3' };
let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const imported = async (document: AugnoDocument, tenantKey = key) => {
  const answer = await call(importConversation, { key: tenantKey, body: { dialect: 'augno', document } });
  expect(answer.status).toBe(201);
  return document.conversation.id;
};
const redact = (id: string, more: { key?: string; headers?: Record<string, string>; body?: unknown } = {}) =>
  call(redactConversation, { key, path: { id }, ...more, headers: { ...version, ...more.headers } });
const read = (id: string, query = {}, tenantKey = key) =>
  call(getConversation, { key: tenantKey, path: { id }, query, headers: version });
const messagesOf = async (id: string, query = {}, tenantKey = key) =>
  call(listMessages, { key: tenantKey, path: { id }, query, headers: version });

describe('POST /v1/messaging/conversations/{id}/actions/redact', () => {
  it('answers with the whole conversation, nothing expanded and nothing unread', async () => {
    const document = documentOf(3);
    const id = await imported(document);

    const answer = await redact(id);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...document.conversation,
      assignee: null,
      participants: null,
      unread: 0,
      last_message_at: document.messages[2]?.created_at,
    });
    expect(answer.headers).toMatchObject({
      'augno-version': '1.0.forge-preview.3',
      'redaction-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'redaction-state': 'completed',
      'x-request-id': expect.any(String),
      'cache-control': 'no-store',
      'Strict-Transport-Security': expect.any(String),
    });
  });

  it('expands what is asked for', async () => {
    const document = documentOf(2);
    const id = await imported(document);
    const answer = await call(redactConversation, {
      key,
      path: { id },
      headers: version,
      query: { 'include[]': 'assignee,participants', include: 'last_message.sender' },
    });
    expect(answer.body.assignee).toEqual(document.conversation.assignee);
    expect(answer.body.participants).toEqual(document.conversation.participants);
    expect(answer.body.last_message).toMatchObject({
      id: document.messages[1]?.id,
      body: null,
      sender: document.messages[1]?.sender,
    });
  });

  it('leaves no canary in any item of any table, and none in a log line', async () => {
    const tenantKey = await keyOf('tenant-canaries');
    const document = documentOf(1);
    document.messages.push(
      message('mg_file', 2, { body: null, attachments: listOf([attachment('mgah_1', 'canary-file.pdf')]) }),
      message('mg_new', 3, { body: 'canary-plain', reactions: ['canary-unknown-field'] }),
      message('mg_reply', 4, { reply_to: { id: 'mg_new', body: 'canary-quoted' }, body: 'canary-answer' }),
      message('mg_run', 5, { agent_run: { id: 'agrn_1', object: 'agent_run', prompt: 'canary-prompt' } }),
      message('mg_client', 6, { client_message_id: 'canary client id' }),
    );
    document.conversation.last_message = message('mg_new', 3, { body: 'canary-preview' });
    const canaries = ['canary body', 'canary-', 'canary client'];

    const logs = await captureLogs(async () => {
      const id = await imported(document, tenantKey);
      expect((await itemsWith(...canaries)).length).toBeGreaterThan(4);
      const headers = { 'idempotency-key': 'canaries' };
      expect((await redact(id, { key: tenantKey, headers })).headers['redaction-state']).toBe('completed');
      // Refusals are logged, so that this log has lines to look at.
      await redact(id, { key: tenantKey, body: '{"text": "canary-broken' });
      await redact(id, { key: tenantKey, body: ['canary-array'] });
    });

    expect(await itemsWith(...canaries)).toEqual([]);
    expect(logs.match(/request refused/g)).toHaveLength(2);
    expect(logs).not.toContain('canary');
    const { id } = document.conversation;
    const all = await messagesOf(id, { include: 'attachments,reply_to,agent_run' }, tenantKey);
    expect(all.text).not.toContain('canary');
    expect(all.body.data).toHaveLength(6);
  });

  it('clears bodies and attachments, counts as an edit, and leaves subject, title and what was deleted', async () => {
    const document = documentOf(0);
    document.messages.push(
      message('mg_a', 1, { subject: 'Invoice 17', attachments: listOf([attachment('mgah_a', 'a.pdf')]) }),
      message('mg_gone', 2, {
        body: null,
        deleted_at: '2026-11-03T00:00:00.000Z',
        edited_at: '2026-11-03T00:00:00.000Z',
      }),
      message('mg_draft', null, { subject: 'Re: Invoice 17' }),
    );
    const id = await imported(document);

    await redact(id);

    const { body } = await messagesOf(id, { include: 'sender,author,attachments' });
    const [draft, gone, first] = body.data;
    const redactedAt = first.edited_at;
    expect(redactedAt).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    const edited = { body: null, edited_at: redactedAt, updated_at: redactedAt };
    const [a, deleted, unsent] = document.messages;
    expect(first).toEqual({ ...a, ...edited, attachments: listOf([]) });
    expect(gone).toEqual(deleted);
    expect(draft).toEqual({ ...unsent, ...edited });
    expect((await read(id)).body.title).toBe('canary title');
  });

  it('touches nothing else: other conversations, structure and people keep their bytes', async () => {
    const tenantKey = await keyOf('tenant-bytes');
    const other = await imported(documentOf(4), tenantKey);
    const id = await imported(documentOf(4), tenantKey);
    const bytes = async () =>
      (await everyItem())
        .filter(({ pk }) => String(pk).startsWith('T#tenant-bytes#C#'))
        .filter(({ pk, sk }) => String(pk).includes(other) || /^(P#|W#|META|ID)/.test(String(sk)))
        .map((item) => JSON.stringify(item))
        .toSorted();
    const before = await bytes();
    expect(before.length).toBeGreaterThan(20);

    await redact(id, { key: tenantKey });

    expect(await bytes()).toEqual(before);
  });

  it('succeeds again, and for a conversation without messages', async () => {
    const id = await imported(documentOf(2));
    await redact(id);
    expect((await redact(id)).status).toBe(200);
    const empty = await imported(documentOf(0));
    expect(await redact(empty)).toMatchObject({ status: 200, body: { last_message_at: null } });
  });

  it('covers only what had been sent before it', async () => {
    const id = await imported(documentOf(2));
    await redact(id);
    const late = { conversation: documentOf(0, id).conversation, messages: [message('mg_late', 9, { body: 'after' })] };
    await call(importConversation, { key, body: { dialect: 'augno', document: late } });
    const { body } = await messagesOf(id);
    expect(body.data.map((sent: { body: string | null }) => sent.body)).toEqual(['after', null, null]);
  });

  it('brings nothing back when the same conversation is imported again', async () => {
    const document = documentOf(3);
    document.messages[0]!.subject = 'kept subject' as never;
    const id = await imported(document);
    await redact(id);

    const again = await call(importConversation, { key, body: { dialect: 'augno', document } });

    expect(again).toMatchObject({ status: 200, body: { created: false, parts: { added: 0, existing: 3 } } });
    expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
    expect((await messagesOf(id)).text).not.toContain('canary body');
  });

  it('refuses under legal hold, in Augno words, and changes nothing', async () => {
    const id = await imported(documentOf(2));
    await call(setLegalHold, { key, path: { id }, headers: version, body: { legal_hold: 'held' } });
    const before = JSON.stringify(await everyItem());

    const answer = await redact(id, { headers: { 'idempotency-key': 'held-1' } });

    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: {
        code: 'validation_failed',
        type: 'invalid_request_error',
        message: 'This conversation is under legal hold and cannot be redacted until the hold is cleared.',
        param: null,
        doc_url: 'https://docs.augno.com/api/errors#validation_failed',
        is_transient: false,
        quota: null,
        request_log_url: null,
      },
    });
    expect(JSON.stringify(await everyItem())).toBe(before);
    await call(setLegalHold, { key, path: { id }, headers: version, body: { legal_hold: 'released' } });
    expect((await redact(id, { headers: { 'idempotency-key': 'held-1' } })).headers['redaction-state']).toBe(
      'completed',
    );
  });

  it('honours a hold that came with the import', async () => {
    const document = documentOf(1);
    document.conversation.legal_hold = 'held';
    const id = await imported(document);
    expect((await redact(id)).status).toBe(400);
    expect((await read(id)).body.legal_hold).toBe('held');
  });

  it.each([
    ['an unknown id', freshId('cv')],
    ['an id with a slash', 'cv_a/b'],
    ['an id with a control character', 'cv_\u0000'],
    ['an id with the mark of our keys', 'cv_a#B#1'],
    ['an id of 300 characters', 'c'.repeat(300)],
    ['an empty id', ''],
  ])('says that %s is not found and writes nothing', async (_, id) => {
    const before = JSON.stringify(await everyItem());
    const answer = await redact(id);
    expect(answer).toMatchObject({
      status: 404,
      body: { error: { code: 'resource_not_found', message: 'Conversation not found.' } },
    });
    expect(JSON.stringify(await everyItem())).toBe(before);
  });

  it.each([
    ['text that is not JSON', '{"a":'],
    ['an array', '[]'],
    ['a string', '"text"'],
    ['5 MB and more', JSON.stringify({ text: 'x'.repeat(5 * 1024 * 1024) })],
    ['JSON nested a thousand deep', `${'['.repeat(1000)}${']'.repeat(1000)}`],
  ])('refuses a body of %s and redacts nothing', async (_, body) => {
    const id = await imported(documentOf(1));
    const answer = await redact(id, { body });
    expect(answer.status).toBe(400);
    expect(Object.keys(answer.body.error)).toHaveLength(8);
    expect((await messagesOf(id)).text).toContain('canary body');
  });

  it('takes an empty object where no body is asked for', async () => {
    const id = await imported(documentOf(1));
    expect((await redact(id, { body: {} })).status).toBe(200);
  });

  it('asks for the permission to delete', async () => {
    const id = await imported(documentOf(1));
    const reader = await keyOf('tenant-a', ['messaging:read', 'messaging:create', 'messaging:update']);
    const answer = await redact(id, { key: reader });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'insufficient_permissions' } } });
    expect((await messagesOf(id)).text).toContain('canary body');
  });

  it.each([
    ['no header', {}],
    ['an unknown key', { authorization: 'Bearer exp_sk_nobody' }],
    ['another scheme', { authorization: 'Digest x' }],
    ['Basic with a password', { authorization: `Basic ${Buffer.from('key:password').toString('base64')}` }],
  ])('says that authentication is required for %s', async (_, headers) => {
    const id = await imported(documentOf(1));
    const answer = await call(redactConversation, { path: { id }, headers: { ...version, ...headers } });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code: 'invalid_credentials', message: 'Authentication is required.' } },
    });
  });

  it('takes the key as the name of Basic credentials', async () => {
    const id = await imported(documentOf(1));
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    expect((await call(redactConversation, { path: { id }, headers: { ...version, authorization } })).status).toBe(200);
  });

  it.each([
    ['none', {}, 'api_version_required'],
    ['an unknown one', { 'augno-version': '9.9.anvil' }, 'api_version_invalid'],
  ])('wants the version header: %s', async (_, headers, code) => {
    const id = await imported(documentOf(1));
    const answer = await call(redactConversation, { key, path: { id }, headers });
    expect(answer).toMatchObject({ status: 400, body: { error: { code, param: 'Augno-Version' } } });
    expect(answer.headers['augno-version']).toBeUndefined();
  });

  it('knows the spelling of the new name', async () => {
    const id = await imported(documentOf(1));
    const headers = { 'openmrp-version': '1.0.forge-preview.3' };
    expect((await call(redactConversation, { key, path: { id }, headers })).status).toBe(200);
  });

  it('refuses an unknown include before it redacts', async () => {
    const id = await imported(documentOf(1));
    const answer = await call(redactConversation, {
      key,
      path: { id },
      query: { include: 'nobody' },
      headers: version,
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'parameter_invalid', param: 'include[]' } } });
    expect(answer.body.error.message).toMatch(/^Invalid include value 'nobody'. Allowed values: assignee, group, /);
    expect((await messagesOf(id)).text).toContain('canary body');
  });

  it('costs at most 1.05 write units a cell and 0.05 read units a part for 400 parts, everything included', async () => {
    const document = documentOf(400);
    for (const sent of document.messages) sent.body = 'x'.repeat(800);
    const id = await imported(document);
    const { read, write } = await unitsOf(() => redact(id, { headers: { 'idempotency-key': 'units' } }));
    expect(write).toBeGreaterThanOrEqual(400);
    expect(write / 400).toBeLessThanOrEqual(1.05);
    expect(read / 400).toBeLessThanOrEqual(0.05);
  });
});
