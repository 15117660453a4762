import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as redactConversation } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as redactChatFiles } from '../../../functions/zendesk/redact-chat-files/handler.ts';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';
import { filesOf, follow, uploaded } from '../../support/attachments.ts';
import { call } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { withFaults } from '../../support/faults.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';
import { basic, callsWith, forbidden, invalid, notFound } from '../../support/zendesk-calls.ts';
import {
  auditOf,
  ended,
  type Fields,
  file,
  freshNumber,
  message,
  messagingMessage,
  started,
  ticketOf,
} from '../../support/zendesk-documents.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const { imported, hold, auditsOf, redact, redactFiles } = callsWith(() => key);

/** A ticket with a chat of this history that has ended. */
const documentOf = (history: Fields[], { status = 'solved' } = {}) => {
  const id = freshNumber();
  const chatId = `c.${id}`;
  const audits = [
    auditOf(id, [started(chatId, history)]),
    ...(status === 'open' ? [] : [auditOf(id, [ended(chatId)])]),
  ];
  return { id, chatId, ticket: ticketOf(id, { status }), audits };
};
const mixed = () =>
  documentOf([message(0, 'my passport'), file(1, 'canary-front.png'), message(2, 'and'), file(3, 'canary-back.png')]);
const historyOf = async (id: number): Promise<Fields[]> => (await auditsOf(id))[0]!.events[0].value.history;

const placeOf = ({ chat_index, type, actor_id, actor_name, actor_type, timestamp }: Fields) => ({
  chat_index,
  type,
  actor_id,
  actor_name,
  actor_type,
  timestamp,
});
const redacted = (entry: Fields) => ({ ...placeOf(entry), filename: 'redacted.txt' });

const firstId = '667b72a114a0d4d5c1d26aff';
const secondId = '667b72a114a0d4d5c1d26b00';
const messagingFile = (messageId: string, name: string): Fields => {
  const { message: _, ...entry } = messagingMessage(messageId, '', { type: 'ChatFileAttachment' });
  const { url, filename, mime_type, size } = file(0, name);
  const content = { type: 'file', mediaUrl: url, altText: name };
  return { ...entry, filename, mime_type, url, size, original_message: { ...entry.original_message, content } };
};

describe('PUT /api/v2/chat_file_redactions/{ticket_id}', () => {
  it('answers the published example as published, to the byte', async () => {
    const id = freshNumber();
    const chatId = '2109.10502823.Sjuj2YrBpXwei';
    const history = [
      { chat_index: 0, type: 'ChatFileAttachment', filename: 'image1.jpg' },
      { chat_index: 1, type: 'ChatFileAttachment', filename: 'image2.jpg' },
    ];
    const value = { visitor_id: '10502823-16EkM3T6VNq7KMd', chat_id: chatId, history };
    // The page's sample of the audits, its events in an audit object.
    await imported({ ticket: { id }, audits: [{ events: [{ id: 1932802680168, type: 'ChatStartedEvent', value }] }] });

    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [0, 1] });

    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      '{"chat_event":{"id":1932802680168,"type":"ChatStartedEvent","value":{"chat_id":"2109.10502823.Sjuj2YrBpXwei","history":[{"chat_index":0,"filename":"redacted.txt","type":"ChatFileAttachment"},{"chat_index":1,"filename":"redacted.txt","type":"ChatFileAttachment"}],"visitor_id":"10502823-16EkM3T6VNq7KMd"}}}',
    );
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-zendesk-api-version': 'v2',
      'redaction-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'redaction-state': 'completed',
    });
  });

  it('leaves of a file where it stood and who sent it, and touches nothing else', async () => {
    const { id, chatId, audits } = await imported(mixed());
    const { history } = audits[0]!.events[0].value;
    const answer = await redactFiles(`${id}.json`, { chat_id: chatId, chat_indexes: [3] });
    const after = [...history.slice(0, 3), redacted(history[3])];
    expect(answer.body.chat_event.value.history).toEqual(after);
    expect(await auditsOf(id)).toEqual([{ ...audits[0], events: [answer.body.chat_event] }, audits[1]]);
  });

  it('takes several at once, by index and by message id, and clears the copy beside a file', async () => {
    const history = [
      messagingFile(firstId, 'canary-1.png'),
      file(7, 'canary-2.png'),
      messagingFile(secondId, 'kept.png'),
    ];
    const { id, chatId } = await imported(documentOf(history));
    const body = { chat_id: chatId, chat_indexes: [7, 7], message_ids: [firstId] };
    const answer = await redactFiles(id, body);
    const { filename: _, mime_type: __, url: ___, size: ____, ...place } = history[0]!;
    const original = { ...place.original_message, content: null };
    expect(answer.body.chat_event.value.history).toEqual([
      { ...place, original_message: original, filename: 'redacted.txt' },
      redacted(history[1]!),
      history[2],
    ]);
    expect(await itemsWith('canary-1.png', 'canary-2.png')).toEqual([]);
  });

  it('destroys the uploaded file with its link, and leaves those of other entries', async () => {
    const { id, chatId } = await imported(documentOf([message(0, 'see below')], { status: 'open' }));
    const conversationId = `zendesk:${id}`;
    const urls = [
      await uploaded(key, conversationId, 'canary of a passport'),
      await uploaded(key, conversationId, 'a receipt'),
    ];
    const history = urls.map((url, n) => ({ ...file(n + 1, `canary-${n}.png`), url }));
    const more = [auditOf(id, [started(chatId, history)]), auditOf(id, [ended(chatId)])];
    const appended = await call(appendParts, { key, path: { id: conversationId }, body: { parts: more } });
    expect(appended.status).toBe(200);
    const linksOf = async () => (await auditsOf(id))[1]!.events[0].value.history.map(({ url }: Fields) => url);
    const [first, second] = await linksOf();
    expect(await follow(first)).toEqual({ status: 200, text: 'canary of a passport' });
    const [, keptFile] = await filesOf('tenant-a', conversationId);

    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] });

    expect(answer).toMatchObject({ status: 200, headers: { 'redaction-state': 'completed' } });
    expect(answer.text).not.toContain('attachment:');
    expect(await filesOf('tenant-a', conversationId)).toEqual([keptFile]);
    expect((await follow(first)).status).toBe(404);
    expect(await follow(second)).toEqual({ status: 200, text: 'a receipt' });
    const [, shown] = await linksOf();
    expect(await follow(shown)).toEqual({ status: 200, text: 'a receipt' });
  });

  it('leaves what is masked in messages as it is', async () => {
    const { id, chatId } = await imported(documentOf([message(0, 'PIN 8475, IBAN DE02'), file(1, 'canary-card.png')]));
    await redact(id, { chat_id: chatId, chat_index: 0, text: 'PIN <redact>8475</redact>, IBAN DE02' });
    await redactFiles(id, { chat_id: chatId, chat_indexes: [1] });
    expect((await historyOf(id)).map(({ message: text, filename }) => text ?? filename)).toEqual([
      'PIN ▇▇▇▇, IBAN DE02',
      'redacted.txt',
    ]);
  });

  it('redacts every file that claims the place, and one that has no name', async () => {
    const nameless = { chat_index: 4, type: 'ChatFileAttachment', url: 'https://files.example.com/canary-nameless' };
    const { id, chatId } = await imported(documentOf([file(4, 'canary-twin.png'), message(4, 'a caption'), nameless]));
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [4] });
    expect(answer.body.chat_event.value.history.map((entry: Fields) => entry.filename ?? entry.message)).toEqual([
      'redacted.txt',
      'a caption',
      'redacted.txt',
    ]);
    expect(await itemsWith('canary-twin', 'canary-nameless')).toEqual([]);
  });

  it('reads as this after a redaction of everything too, and succeeds over that and again', async () => {
    const { id, chatId, audits } = await imported(mixed());
    const { history } = audits[0]!.events[0].value;
    await call(redactConversation, { key, path: { id: `zendesk:${id}` }, body: { scope: 'conversation' } });
    const after = await historyOf(id);
    expect([after[1], after[3]]).toEqual([redacted(history[1]), redacted(history[3])]);
    const first = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] });
    const again = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] });
    expect(first.body.chat_event.value.history).toEqual(after);
    expect(again).toMatchObject({ status: 200, body: first.body, headers: { 'redaction-state': 'completed' } });
    expect(again.headers['redaction-id']).not.toBe(first.headers['redaction-id']);
  });

  it('leaves no canary in any item of any table, and none in a log line', async () => {
    const secret = 'canary-secret-4711';
    const logs = await captureLogs(async () => {
      const { id, chatId } = await imported(documentOf([file(0, `${secret}.png`), file(1, 'kept-4711.png')]));
      expect(await itemsWith(secret)).toHaveLength(1);
      const refused = [
        { chat_id: chatId, chat_indexes: [secret] },
        { chat_id: chatId, message_ids: [secret] },
        { chat_id: `${secret} ${secret}`, chat_indexes: [0] },
        `{"chat_id": "${secret}`,
      ];
      for (const wrong of refused) {
        const answer = await redactFiles(id, wrong, { headers: { 'idempotency-key': randomUUID() } });
        expect(answer.status).toBe(422);
        expect(answer.text).not.toContain(secret);
      }
      const headers = { 'idempotency-key': randomUUID() };
      await redactFiles(id, { chat_id: chatId, chat_indexes: [0] }, { headers });
    });
    expect(await itemsWith(secret)).toEqual([]);
    expect(await itemsWith('kept-4711.png')).toHaveLength(1);
    expect(logs.match(/request refused/g)).toHaveLength(4);
    expect(logs).not.toContain(secret);
  });

  it('takes effect once per key, whatever the order of the places, and refuses the key for other files', async () => {
    const { id, chatId } = await imported(mixed());
    const headers = { 'idempotency-key': randomUUID() };
    const first = await redactFiles(id, { chat_id: chatId, chat_indexes: [3, 1] }, { headers });
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    const replay = await redactFiles(id, { chat_id: chatId, chat_indexes: [1, 3, 1] }, { headers });
    expect(replay).toMatchObject({ status: 200, body: first.body });
    expect(replay.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'redaction-id': first.headers['redaction-id'],
    });
    const reused = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] }, { headers });
    expect(reused).toMatchObject({ status: 422, body: { error: 'IdempotentRequestError' } });
  });

  it('goes on with the same redaction when an attempt with the key died half-way', async () => {
    const { id, chatId } = await imported(mixed());
    const headers = { 'idempotency-key': randomUUID() };
    const send = () => redactFiles(id, { chat_id: chatId, chat_indexes: [1, 3] }, { headers });
    const died = await withFaults(
      ({ command }) => (command === 'BatchWriteItemCommand' ? { throwBefore: new Error('gone') } : undefined),
      send,
    );
    expect(died.status).toBe(500);
    expect((await send()).headers['redaction-state']).toBe('completed');
    const ledger = (await itemsWith(`zendesk:${id}`)).filter(({ sk }) => String(sk).startsWith('R#'));
    expect(ledger).toHaveLength(1);
  });

  it('refuses under legal hold and changes nothing', async () => {
    const { id, chatId } = await imported(mixed());
    await hold(id, true);
    const before = JSON.stringify(await everyItem());
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] });
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(invalid('base', 'The ticket is under legal hold and cannot be redacted', 'LegalHold'));
    expect(JSON.stringify(await everyItem())).toBe(before);
    await hold(id, false);
    expect((await redactFiles(id, { chat_id: chatId, chat_indexes: [1] })).status).toBe(200);
  });

  it('refuses a chat that is still active', async () => {
    const { id, chatId } = await imported(documentOf([file(0, 'canary-active.png')], { status: 'open' }));
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [0] });
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(invalid('base', 'The chat is still active and cannot be redacted'));
    expect((await historyOf(id))[0]!.filename).toBe('canary-active.png');
  });

  it.each([
    ['an unknown ticket', { id: '999' }],
    ['a ticket id that is none', { id: 'abc' }],
    ['an unknown chat', { body: { chat_id: 'nobody' } }],
    ['an unknown place', { body: { chat_indexes: [17] } }],
    ['an unknown place beside a file', { body: { chat_indexes: [1, 17] } }],
    ['an unknown message id beside a file', { body: { message_ids: ['ffffffffffffffffffffffff'] } }],
  ])('says that %s is not found, and redacts nothing', async (_, given: { id?: string; body?: Fields }) => {
    const { id, chatId, audits } = await imported(mixed());
    const answer = await redactFiles(given.id ?? id, { chat_id: chatId, chat_indexes: [1], ...given.body });
    expect(answer).toMatchObject({ status: 404, body: notFound });
    expect(await auditsOf(id)).toEqual(audits);
  });

  const naming = 'chat_indexes: must name a file unless message_ids do';
  it.each([
    ['no chat id', { chat_id: undefined }, 'chat_id', 'chat_id is required', 'BlankValue'],
    ['no place', { chat_indexes: undefined }, 'chat_indexes', 'chat_indexes is required', 'BlankValue'],
    ['empty lists', { chat_indexes: [], message_ids: [] }, 'chat_indexes', naming, 'InvalidValue'],
    [
      'an index that is none',
      { chat_indexes: [1, -3] },
      'chat_indexes',
      'chat_indexes.1: Too small: expected number to be >=0',
      'InvalidValue',
    ],
    [
      'an index that is no list',
      { chat_indexes: 1 },
      'chat_indexes',
      'chat_indexes: Invalid input: expected array, received number',
      'InvalidValue',
    ],
    [
      'a message id that is none',
      { message_ids: ['my message'] },
      'message_ids',
      'message_ids.0: must be 24 hexadecimal digits',
      'InvalidValue',
    ],
    [
      'more places than a person picks by hand',
      { chat_indexes: Array.from({ length: 101 }, (_, n) => n) },
      'chat_indexes',
      'chat_indexes: Too big: expected array to have <=100 items',
      'InvalidValue',
    ],
    [
      'a message, beside a file',
      { chat_indexes: [1, 2] },
      'base',
      'Only files of chats can be redacted',
      'NotRedactable',
    ],
  ])('refuses %s with the field and why, and redacts nothing', async (_, fields, field, description, error) => {
    const { id, chatId, audits } = await imported(mixed());
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [1], ...fields });
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(invalid(field, description, error));
    expect(await auditsOf(id)).toEqual(audits);
  });

  it('refuses places that more files claim than one redaction may name, and takes as many', async () => {
    const twins = (count: number) => documentOf(Array.from({ length: count }, (_, n) => file(0, `twin-${n}.png`)));
    const most = await imported(twins(100));
    const answer = await redactFiles(most.id, { chat_id: most.chatId, chat_indexes: [0] });
    expect(answer).toMatchObject({ status: 200, headers: { 'redaction-state': 'completed' } });
    expect(new Set((await historyOf(most.id)).map(({ filename }) => filename))).toEqual(new Set(['redacted.txt']));
    const more = await imported(twins(101));
    const refused = await redactFiles(more.id, { chat_id: more.chatId, chat_indexes: [0] });
    expect(refused.body).toEqual(invalid('base', 'More than 100 files stand at these places'));
  });

  it('answers with the files that were redacted where the history is too long for an answer', async () => {
    const texts = Array.from({ length: 18 }, (_, n) => message(n, 'x'.repeat(300_000)));
    const { id, chatId } = documentOf([]);
    const parts = [...texts.slice(0, 9), file(18, 'canary-18.png')];
    await imported({ ticket: ticketOf(id), audits: [auditOf(id, [{ ...started(chatId, parts), id: 9 }], { id: 3 })] });
    const rest = auditOf(id, [{ ...started(chatId, [...texts.slice(9), file(19, 'canary-19.png')]), id: 9 }], {
      id: 3,
    });
    await call(appendParts, { key, path: { id: `zendesk:${id}` }, body: { parts: [rest] } });
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [18, 19] });
    const indexes = answer.body.chat_event.value.history.map((entry: Fields) => entry.chat_index);
    expect(indexes.filter((index: number) => index > 17)).toEqual([18, 19]);
    expect(indexes).not.toContain(17);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(6_000_000);
  });

  it.each([
    ['has Agent Workspace off', { agentWorkspace: false }],
    ['does not allow to delete tickets', { ticketDeletion: false }],
  ])('is forbidden in an account that %s', async (_, settings) => {
    const tenant = `tenant-${randomUUID().slice(0, 8)}`;
    const tenantKey = await keyOf(tenant);
    await settingsStore(documents, requireEnv('TABLE_NAME')).write(tenant, 'zendesk', settings);
    const { id, chatId } = await imported(mixed(), tenantKey);
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] }, { key: tenantKey });
    expect(answer).toMatchObject({ status: 403, body: forbidden });
  });

  it('is for agents: a key without the permission to delete is refused', async () => {
    const { id, chatId } = await imported(mixed());
    const reader = await keyOf('tenant-a', ['messaging:read', 'messaging:create', 'messaging:update']);
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] }, { key: reader });
    expect(answer).toMatchObject({ status: 403, body: forbidden });
  });

  it('cannot authenticate a password', async () => {
    const headers = basic(`agent@example.com:${key}`);
    const answer = await call(redactChatFiles, { path: { ticket_id: '1' }, headers, body: {} });
    expect(answer).toMatchObject({ status: 401, body: { error: "Couldn't authenticate you" } });
  });

  it('finds nothing of another tenant', async () => {
    const { id, chatId } = await imported(mixed());
    const answer = await redactFiles(id, { chat_id: chatId, chat_indexes: [1] }, { key: await keyOf('tenant-b') });
    expect(answer).toMatchObject({ status: 404, body: notFound });
  });
});
