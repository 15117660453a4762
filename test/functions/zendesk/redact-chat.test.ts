import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as redactConversation } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as redactChat } from '../../../functions/zendesk/redact-chat/handler.ts';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';
import { call } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { basic, callsWith, forbidden, invalid, notFound } from '../../support/zendesk-calls.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';
import {
  auditOf,
  documentOf,
  ended,
  type Fields,
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

const { imported, hold, auditsOf, historyOf, redact } = callsWith(() => key);

/** The request for the second message of `documentOf`. */
const requestFor = (chatId: string) => ({
  chat_id: chatId,
  chat_index: 1,
  text: 'My ID number is <redact>847564</redact>!',
});

describe('PUT /api/v2/chat_redactions/{ticket_id}', () => {
  it('answers the published example as published, to the byte', async () => {
    const id = freshNumber();
    const chatId = '2109.10502823.Sjuj2YrBpXwei';
    const event = {
      id: 1932802680168,
      type: 'ChatStartedEvent',
      value: {
        visitor_id: '10502823-16EkM3T6VNq7KMd',
        chat_id: chatId,
        history: [{ chat_index: 0, type: 'ChatMessage', message: 'My ID number is 847564!' }],
      },
    };
    // The page's sample of the audits as it stands, its events in an audit object: no id of the audit, no end of the chat.
    await imported({ ticket: { id }, audits: [{ events: [event] }] });
    expect(await auditsOf(id)).toEqual([{ events: [event] }]);

    const answer = await redact(id, {
      chat_id: chatId,
      chat_index: 0,
      text: 'My ID number is <redact>847564</redact>!',
    });

    expect(answer.status).toBe(200);
    expect(answer.text).toBe(
      '{"chat_event":{"id":1932802680168,"type":"ChatStartedEvent","value":{"chat_id":"2109.10502823.Sjuj2YrBpXwei","history":[{"chat_index":0,"message":"My ID number is ▇▇▇▇!","type":"ChatMessage"}],"visitor_id":"10502823-16EkM3T6VNq7KMd"}}}',
    );
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-zendesk-api-version': 'v2',
      'redaction-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'redaction-state': 'completed',
    });
  });

  it('answers the whole event as it is now, and changes nothing but the span', async () => {
    const { id, chatId, audits } = await imported(documentOf());
    const answer = await redact(`${id}.json`, requestFor(chatId));

    const { history, ...value } = audits[1]!.events[0].value;
    const after = history.map((entry: Fields) =>
      entry.chat_index === 1 ? { ...entry, message: 'My ID number is ▇▇▇▇!' } : entry,
    );
    expect(answer.body).toEqual({ chat_event: { ...audits[1]!.events[0], value: { ...value, history: after } } });
    const [first, , last] = audits;
    expect(await auditsOf(id)).toEqual([first, { ...audits[1], events: [answer.body.chat_event] }, last]);
  });

  it('takes a message id, clears the copy beside the message, and leaves what the span does not touch', async () => {
    const { id, chatId } = await imported(messagingDocument());
    const answer = await redact(id, {
      chat_id: chatId,
      message_id: messageId,
      text: 'canary kept, <redact>canary hidden</redact>',
    });
    expect(answer.body.chat_event.value.history[0]).toMatchObject({
      message_id: messageId,
      message: 'canary kept, ▇▇▇▇',
      original_message: { id: messageId, author: { display_name: 'Noor H.' }, content: null },
    });
    expect(await itemsWith('canary hidden')).toEqual([]);
  });

  it('leaves no canary in any item of any table, and none in a log line', async () => {
    const tenantKey = await keyOf('tenant-canaries');
    const secret = 'canary-secret-8475';
    const logs = await captureLogs(async () => {
      const { id, chatId } = await imported(documentOf(['hello', `My PIN is ${secret}!`]), tenantKey);
      expect((await itemsWith(secret)).length).toBe(1);
      const body = { chat_id: chatId, chat_index: 1, text: `My PIN is <redact>${secret}</redact>!` };
      const refused = [
        { ...body, text: `${secret} <redact>${secret}</redact>` },
        { ...body, text: `<redact>${secret}` },
        { ...body, text: secret },
        { ...body, chat_index: secret },
        { ...body, chat_id: `${secret} ${secret}` },
        { text: [secret] },
        `{"text": "${secret}`,
        [secret],
      ];
      for (const wrong of refused) {
        const answer = await redact(id, wrong, { key: tenantKey, headers: { 'idempotency-key': randomUUID() } });
        expect(answer.status).toBe(422);
        expect(answer.text).not.toContain(secret);
      }
      const headers = { 'idempotency-key': 'canaries' };
      expect((await redact(id, body, { key: tenantKey, headers })).headers['redaction-state']).toBe('completed');
      expect((await redact(id, body, { key: tenantKey, headers })).headers['idempotent-replayed']).toBe('true');
    });
    expect(await itemsWith(secret)).toEqual([]);
    expect(logs.match(/request refused/g)).toHaveLength(8);
    expect(logs).not.toContain(secret);
  });

  it('masks one span after another, against the message as it is then', async () => {
    const { id, chatId } = await imported(documentOf(['a', 'PIN 8475, IBAN DE02!']));
    const send = async (text: string) => (await redact(id, { chat_id: chatId, chat_index: 1, text })).status;
    expect(await send('PIN <redact>8475</redact>, IBAN DE02!')).toBe(200);
    expect(await send('PIN 8475, IBAN <redact>DE02</redact>!')).toBe(422);
    expect(await send('PIN ▇▇▇▇, IBAN <redact>DE02</redact>!')).toBe(200);
    expect(await send('PIN <redact>▇▇▇▇</redact>, IBAN <redact>▇▇▇▇</redact>!')).toBe(200);
    expect((await historyOf(id))[2]!.message).toBe('PIN ▇▇▇▇, IBAN ▇▇▇▇!');
  });

  it('succeeds again with the same request, and with one over what is masked', async () => {
    const { id, chatId } = await imported(documentOf());
    const first = await redact(id, requestFor(chatId));
    const again = await redact(id, requestFor(chatId));
    expect(again).toMatchObject({ status: 200, body: first.body });
    const over = await redact(id, { ...requestFor(chatId), text: 'My ID number is <redact>▇▇▇▇</redact>!' });
    expect(over).toMatchObject({ status: 200, body: first.body, headers: { 'redaction-state': 'completed' } });
  });

  it('tells the chats of a ticket apart, and takes only ones that have ended', async () => {
    const id = freshNumber();
    const chat = (chatId: string) => auditOf(id, [started(chatId, [message(0, `PIN of ${chatId}`)])]);
    await imported({
      ticket: ticketOf(id, { status: 'open' }),
      audits: [chat('c.1'), chat('c.2'), auditOf(id, [ended('c.1')])],
    });
    const send = (chatId: string) =>
      redact(id, { chat_id: chatId, chat_index: 0, text: `<redact>PIN of ${chatId}</redact>` });

    expect((await send('c.1')).status).toBe(200);
    const active = await send('c.2');
    expect(active).toMatchObject({
      status: 422,
      body: invalid('base', 'The chat is still active and cannot be redacted'),
    });
    const [first, second] = await auditsOf(id);
    expect(first!.events[0].value.history[0].message).toBe('▇▇▇▇');
    expect(second!.events[0].value.history[0].message).toBe('PIN of c.2');

    const end = { parts: [auditOf(id, [ended('c.2')])] };
    expect((await call(appendParts, { key, path: { id: `zendesk:${id}` }, body: end })).status).toBe(200);
    expect((await send('c.2')).status).toBe(200);
  });

  it('finds messages that were appended with their audit', async () => {
    const { id, audits, chatId } = await imported(documentOf(['one']));
    const [, audit] = audits as [Fields, Fields];
    const [event] = audit.events;
    const longer = { ...event, value: { ...event.value, history: [...event.value.history, message(9, 'late PIN')] } };
    const body = { parts: [{ ...audit, events: [longer] }] };
    const appended = await call(appendParts, { key, path: { id: `zendesk:${id}` }, body });
    expect(appended.body.parts).toEqual({ added: 1, existing: 4 });
    const answer = await redact(id, { chat_id: chatId, chat_index: 9, text: 'late <redact>PIN</redact>' });
    expect(answer.body.chat_event.value.history.at(-1)).toMatchObject({ chat_index: 9, message: 'late ▇▇▇▇' });
  });

  it('takes a message that a redaction of everything has covered as it is read', async () => {
    const { id, chatId } = await imported(documentOf());
    await call(redactConversation, { key, path: { id: `zendesk:${id}` }, body: { scope: 'conversation' } });
    const over = await redact(id, { ...requestFor(chatId), text: '<redact>▇▇▇▇</redact>' });
    expect(over.status).toBe(200);
    expect(over.text).not.toContain('847564');
    expect((await redact(id, requestFor(chatId))).status).toBe(422);
    expect((await redact(id, { ...requestFor(chatId), chat_index: 0 })).status).toBe(422);
  });

  it('takes effect once per key, and refuses the key for other spans', async () => {
    const { id, chatId } = await imported(documentOf(['a', 'PIN 8475 and 12']));
    const headers = { 'idempotency-key': randomUUID() };
    const body = { chat_id: chatId, chat_index: 1, text: 'PIN <redact>8475</redact> and 12' };
    const first = await redact(id, body, { headers });
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    await redact(id, { ...body, text: 'PIN ▇▇▇▇ and <redact>12</redact>' });

    const replay = await redact(id, body, { headers });
    expect(replay.status).toBe(200);
    expect(replay.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'redaction-id': first.headers['redaction-id'],
    });
    expect(replay.body.chat_event.value.history[2].message).toBe('PIN ▇▇▇▇ and ▇▇▇▇');
    const reused = await redact(id, { ...body, text: '<redact>PIN</redact> 8475 and 12' }, { headers });
    expect(reused).toMatchObject({
      status: 422,
      body: { error: 'IdempotentRequestError', description: 'The idempotency key was used with another request' },
    });
  });

  it('refuses a text that is longer than a message can be, and writes nothing', async () => {
    const { id, chatId } = await imported(documentOf());
    const before = JSON.stringify(await everyItem());
    for (const length of [360_000, 4_800_000]) {
      const text = `<redact>e${'\u0301'.repeat(length / 2)}</redact>`;
      const answer = await redact(id, { ...requestFor(chatId), text });
      expect(answer.status).toBe(422);
      const why = 'text: is longer than a message can be: 358400 bytes without its redact tags';
      expect(answer.body).toEqual(invalid('text', why, 'InvalidValue'));
    }
    expect(JSON.stringify(await everyItem())).toBe(before);
  });

  it('clears a copy of the text in each of the most fields that a message can have, and keeps the rest', async () => {
    for (const nameLength of [4, 64]) {
      const count = Math.floor(355_000 / (nameLength + 7));
      const names = Array.from({ length: count }, (_, n) => `k${n.toString(36).padStart(nameLength - 1, '0')}`);
      const copies = Object.fromEntries(names.map((name) => [name, 'q']));
      const document = documentOf();
      const { history } = document.audits[1]!.events[0].value;
      history[2] = message(1, 'q.'.repeat(1000), { ...copies, kept: 'canary kept' });
      const { id, chatId } = await imported(document);
      const text = '<redact>q</redact>.'.repeat(1000);
      const answer = await redact(id, { chat_id: chatId, chat_index: 1, text });
      expect(answer).toMatchObject({ status: 200, headers: { 'redaction-state': 'completed' } });
      const entry = (await historyOf(id))[2]!;
      expect(entry).toMatchObject({ message: '▇▇▇▇.'.repeat(1000), kept: 'canary kept' });
      expect(Object.keys(entry).filter((name) => entry[name] === 'q')).toEqual([]);
    }
  });

  it('refuses under legal hold and changes nothing', async () => {
    const { id, chatId } = await imported(documentOf());
    await hold(id, true);
    const before = JSON.stringify(await everyItem());
    const answer = await redact(id, requestFor(chatId));
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(invalid('base', 'The ticket is under legal hold and cannot be redacted', 'LegalHold'));
    expect(JSON.stringify(await everyItem())).toBe(before);
    await hold(id, false);
    expect((await redact(id, requestFor(chatId))).status).toBe(200);
  });

  it.each([
    ['an unknown ticket', { id: '999' }],
    ['a ticket id that is none', { id: 'abc' }],
    ['an e-mail address', { id: 'ada@example.com' }],
    ['an empty id', { id: '' }],
    ['an unknown chat', { body: { chat_id: 'nobody' } }],
    ['an unknown place', { body: { chat_index: 17 } }],
    ['an unknown message id', { body: { chat_index: undefined, message_id: 'ffffffffffffffffffffffff' } }],
    ['two places that are not the same', { body: { message_id: 'ffffffffffffffffffffffff' } }],
  ])('says that %s is not found', async (_, { id: other, body }: { id?: string; body?: Fields }) => {
    const { id, chatId } = await imported(documentOf());
    const answer = await redact(other ?? id, { ...requestFor(chatId), ...body });
    expect(answer).toMatchObject({ status: 404, body: notFound });
    expect((await historyOf(id))[2]!.message).toBe('My ID number is 847564!');
  });

  it.each([
    ['no chat id', { chat_id: undefined }, 'chat_id', 'chat_id is required', 'BlankValue'],
    ['no place', { chat_index: undefined }, 'chat_index', 'chat_index is required', 'BlankValue'],
    ['no text', { text: undefined }, 'text', 'text is required', 'BlankValue'],
    ['a text without tags', { text: 'My ID number is 847564!' }, 'text', 'text: has no redact tags', 'InvalidValue'],
    ['an empty tag', { text: '<redact></redact>' }, 'text', 'text: has an empty redact tag', 'InvalidValue'],
    ['an open tag', { text: '<redact>x' }, 'text', 'text: does not close a redact tag', 'InvalidValue'],
    [
      'another text',
      { text: 'My ID is <redact>847564</redact>!' },
      'base',
      'The text without its redact tags is not the message as it is now',
      'InvalidValue',
    ],
    [
      'a message id that is none',
      { message_id: 'my message' },
      'message_id',
      'message_id: must be 24 hexadecimal digits',
      'InvalidValue',
    ],
    [
      'a file',
      { chat_index: 2, text: '<redact>canary-passport.png</redact>' },
      'base',
      'Only messages of chats can be redacted',
      'NotRedactable',
    ],
  ])('refuses %s with the field and why', async (_, fields, field, description, error) => {
    const { id, chatId } = await imported(documentOf());
    const answer = await redact(id, { ...requestFor(chatId), ...fields });
    expect(answer.status).toBe(422);
    expect(answer.body).toEqual(invalid(field, description, error));
    expect((await historyOf(id))[2]!.message).toBe('My ID number is 847564!');
  });

  const redactWith = async (settings: Fields) => {
    const tenant = `tenant-${randomUUID().slice(0, 8)}`;
    const tenantKey = await keyOf(tenant);
    await settingsStore(documents, requireEnv('TABLE_NAME')).write(tenant, 'zendesk', settings);
    const { id, chatId } = await imported(documentOf(), tenantKey);
    return redact(id, requestFor(chatId), { key: tenantKey });
  };

  it.each([
    ['has Agent Workspace off', { agentWorkspace: false }],
    ['does not allow to delete tickets', { ticketDeletion: false }],
  ])('is forbidden in an account that %s', async (_, settings) => {
    expect(await redactWith(settings)).toMatchObject({ status: 403, body: forbidden });
  });

  it('is allowed in an account that has both on', async () => {
    expect((await redactWith({ agentWorkspace: true, ticketDeletion: true })).status).toBe(200);
  });

  it('is for agents: a key without the permission to delete is refused', async () => {
    const { id, chatId } = await imported(documentOf());
    const reader = await keyOf('tenant-a', ['messaging:read', 'messaging:create', 'messaging:update']);
    expect(await redact(id, requestFor(chatId), { key: reader })).toMatchObject({ status: 403, body: forbidden });
  });

  it('takes the key as the API token of an agent', async () => {
    const { id, chatId } = await imported(documentOf());
    const headers = basic(`agent@example.com/token:${key}`);
    const answer = await call(redactChat, { path: { ticket_id: String(id) }, headers, body: requestFor(chatId) });
    expect(answer.status).toBe(200);
    expect(await itemsWith('agent@example.com')).toEqual([]);
  });

  it.each([
    ['no header', () => ({})],
    ['an unknown key', () => ({ authorization: 'Bearer exp_sk_nobody' })],
    ['an e-mail address and a password', () => basic(`agent@example.com:${key}`)],
    ['a token without a name', () => basic(key)],
  ])('cannot authenticate %s', async (_, headers) => {
    const answer = await call(redactChat, { path: { ticket_id: '1' }, headers: headers(), body: requestFor('c.1') });
    expect(answer.status).toBe(401);
    expect(answer.body).toEqual({ error: "Couldn't authenticate you" });
  });

  it('finds nothing of another tenant', async () => {
    const { id, chatId } = await imported(documentOf());
    const answer = await redact(id, requestFor(chatId), { key: await keyOf('tenant-b') });
    expect(answer).toMatchObject({ status: 404, body: notFound });
  });
});

const messageId = '64b0c1d2e3f4a5b6c7d8e9f0';
const messagingDocument = () => {
  const id = freshNumber();
  const history = [messagingMessage(messageId, 'canary kept, canary hidden')];
  const chat = started('c.7', history, { conversation_id: '64b0c1d2e3f4a5b6c7d8e900', channel: 'web_messaging' });
  return { id, chatId: 'c.7', ticket: ticketOf(id), audits: [auditOf(id, [chat]), auditOf(id, [ended('c.7')])] };
};
