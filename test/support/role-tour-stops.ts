import { expect } from 'vitest';
import type { Cloud } from '../../infra/local/cloud.ts';
import { documentOf, message } from './augno-documents.ts';
import { conversation as featurebaseConversation, message as featurebaseMessage } from './featurebase-documents.ts';
import { documentOf as intercomDocument, part as intercomPart } from './intercom-documents.ts';
import type { Tour } from './role-tour.ts';
import { auditOf, ended, file, freshNumber, message as chatMessage, started, ticketOf } from './zendesk-documents.ts';

/** A conversation, and a redaction of it that is open again. */
type Interrupted = [id: string, redactionId: string | null];

const unknown = '/v1/conversations/augno:cv_unknown';
const missing = 'attachment:att_00000000000000000000000000000000';

/** A conversation of Augno's: a message with a subject, which its redaction keeps, and two with files. */
const augnoWithFiles = async ({ call, uploaded, thrice }: Tour) => {
  const base = documentOf(1);
  await call('POST', '/v1/conversations', { dialect: 'augno', document: base });
  const anywhere = `augno:${base.conversation.id}`;
  const document = documentOf(1);
  const id = document.conversation.id;
  const kept = message(`mg_${id}_kept`, 2, { subject: 'canary subject' });
  const withFile = async (name: string, n: number) =>
    message(`mg_${id}_${name}`, n, { body: `see ${await uploaded(anywhere)}` });
  const messages = [...document.messages, kept, await withFile('a', 3), await withFile('b', 4)];
  const body = { dialect: 'augno', document: { ...document, messages } };
  const failing = { ...body, document: { ...document, messages: [message(`mg_${id}_z`, 9, { body: missing })] } };
  await thrice('POST', '/v1/conversations', body, { body: failing });
  return { id, whole: `augno:${id}`, body, messages, withFile };
};

/** Imports and appends, all at once and after crashes, reads and holds. */
const writeAndRead = async (tour: Tour): Promise<void> => {
  const { call, follow, forget, thrice } = tour;
  const { id, whole, body, withFile } = await augnoWithFiles(tour);
  await forget(whole, 2);
  expect((await call('POST', '/v1/conversations', body)).body.parts.added).toBe(1);
  const withoutHosts = { ...body, fetchFiles: true };
  expect((await call('POST', '/v1/conversations', withoutHosts)).status).toBe(400);

  const parts = { parts: [await withFile('c', 5)] };
  const path = `/v1/conversations/${whole}`;
  await thrice('POST', `${path}/parts`, parts, { path: `${unknown}/parts` });
  await forget(whole, 4);
  expect((await call('POST', `${path}/parts`, parts)).body.parts.added).toBe(1);
  expect((await call('POST', `${path}/parts`, { ...parts, fetchFiles: true })).status).toBe(400);
  expect((await call('POST', `${path}/parts`, { parts: [message('mg_z', 9, { body: missing })] })).status).toBe(400);
  const upload = { contentType: 'text/plain', bytes: 4 };
  await thrice('POST', `${path}/attachments`, upload, { path: `${unknown}/attachments` });

  const augno = `/v1/messaging/conversations/${id}`;
  const last = '?include[]=last_message';
  for (const read of [path, augno + last, `${augno}/messages`]) await follow(await call('GET', read));
  await thrice('PUT', `${path}/legal-hold`, { held: true }, { path: `${unknown}/legal-hold` });
  const hold = '/actions/set-legal-hold';
  const released = { legal_hold: 'released' };
  const elsewhere = { path: `/v1/messaging/conversations/cv_unknown${hold}` };
  await follow((await thrice('POST', `${augno}${hold}${last}`, released, elsewhere)).again);
  expect((await call('GET', '/nothing')).status).toBe(404);
};

/** Redacts within requests, whole conversations and named parts, and brings files to what was redacted meanwhile. */
const redactSmall = async (tour: Tour): Promise<Interrupted[]> => {
  const { abandon, call, follow, forget, reopen, thrice } = tour;
  const first = await augnoWithFiles(tour);
  await abandon(first.whole, 3);
  const augno = `/v1/messaging/conversations/${first.id}/actions/redact`;
  const redacted = await thrice('POST', `${augno}?include[]=last_message`, undefined, {
    path: '/v1/messaging/conversations/cv_unknown/actions/redact',
  });
  const path = `/v1/conversations/${first.whole}`;
  await call('POST', `${path}/parts`, { parts: [await first.withFile('late', 9)] });
  await follow(await call('POST', `${augno}?include[]=last_message`, undefined, redacted.idempotencyKey));
  const [, , a, b] = first.messages;
  for (const sequence of [2, 3]) await forget(first.whole, sequence, true);
  const again = { ...a!, body: (await first.withFile('again', 3)).body };
  const document = { ...first.body.document, messages: [again] };
  await call('POST', '/v1/conversations', { dialect: 'augno', document });
  await call('POST', `${path}/parts`, { parts: [{ ...b!, body: (await first.withFile('again', 4)).body }] });

  const second = await augnoWithFiles(tour);
  const own = `/v1/conversations/${second.whole}`;
  const named = { parts: [second.messages[2]!.id], reason: 'gdpr' };
  const parts = await call('POST', `${own}/actions/redact`, named);
  await abandon(second.whole, 3);
  const whole = await thrice(
    'POST',
    `${own}/actions/redact`,
    { scope: 'conversation' },
    { path: `${unknown}/actions/redact` },
  );
  expect((await call('GET', `${own}/redactions`)).body.data).toHaveLength(2);
  const ids: Interrupted[] = [
    [first.whole, redacted.first.headers.get('redaction-id')],
    [second.whole, parts.headers.get('redaction-id')],
    [second.whole, whole.first.headers.get('redaction-id')],
  ];
  for (const [id, redactionId] of ids) await reopen(id, redactionId);
  await abandon(second.whole, 3);
  return ids;
};

/** Redacts what Intercom and Featurebase have: of two messages with files the first. */
const redactMessages = async ({ abandon, call, follow, thrice, uploaded }: Tour, anywhere: string): Promise<void> => {
  const image = async () => `<p>see <img src="${await uploaded(anywhere)}"></p>`;
  const parts = [intercomPart('11', { body: await image() }), intercomPart('12', { body: await image() })];
  const intercom = intercomDocument(parts);
  await call('POST', '/v1/conversations', { dialect: 'intercom', document: intercom });
  await follow(await call('GET', `/conversations/${intercom.id}`));
  await abandon(`intercom:${intercom.id}`, 1);
  const request = { type: 'conversation_part', conversation_id: intercom.id, conversation_part_id: '11' };
  const unknownOne = { body: { ...request, conversation_id: '1' } };
  await follow((await thrice('POST', '/conversations/redact', request, unknownOne)).again);

  const messages = [
    featurebaseMessage('1', 'user_msg', { bodyHtml: await image() }),
    featurebaseMessage('2', 'admin_msg', { bodyHtml: await image() }),
  ];
  const featurebase = featurebaseConversation(messages);
  await call('POST', '/v1/conversations', { dialect: 'featurebase', document: featurebase });
  await follow(await call('GET', `/v2/conversations/${featurebase['id']}`));
  await abandon(`featurebase:${featurebase['id']}`, 1);
  const asked = { type: 'conversation_part', conversationId: featurebase['id'], conversationPartId: '1' };
  const failing = { body: { ...asked, conversationPartId: '99' } };
  await follow((await thrice('POST', '/v2/conversations/redact', asked, failing)).again);
};

/** Redacts a word and a file of a chat of Zendesk's; gives the ticket's id and the redaction of the word. */
const redactChats = async (tour: Tour, anywhere: string): Promise<Interrupted> => {
  const { abandon, call, follow, thrice, uploaded } = tour;
  const ticket = freshNumber();
  const attached = async (n: number) => ({ ...file(n, `${n}.png`), url: await uploaded(anywhere) });
  const history = [chatMessage(0, 'my PIN is 8475'), await attached(1), await attached(2)];
  const audits = [auditOf(ticket, [started('c.1', history)]), auditOf(ticket, [ended('c.1')])];
  const document = { ticket: ticketOf(ticket, { status: 'solved' }), audits };
  expect((await call('POST', '/v1/conversations', { dialect: 'zendesk', document })).status).toBe(201);
  await follow(await call('GET', `/api/v2/tickets/${ticket}/audits`));

  const words = { chat_id: 'c.1', chat_index: 0, text: 'my PIN is <redact>8475</redact>' };
  const path = (route: string, id: number | string = ticket) => ({ path: `/api/v2/${route}/${id}` });
  const word = await thrice('PUT', path('chat_redactions').path, words, path('chat_redactions', 1));
  await follow(word.again);
  await abandon(`zendesk:${ticket}`, 2);
  const files = { chat_id: 'c.1', chat_indexes: [1] };
  const route = 'chat_file_redactions';
  await follow((await thrice('PUT', path(route).path, files, path(route, 1))).again);
  return [`zendesk:${ticket}`, word.first.headers.get('redaction-id')];
};

/** Redacts what is too large for a request, twice: the second time by a retry whose first execution has ended. */
const redactLarge = async (tour: Tour, cloud: Cloud): Promise<Interrupted[]> => {
  const { abandon, call, completed, forgetKeys, grow, reopen } = tour;
  const ids: Interrupted[] = [];
  for (const by of ['augno', 'expunge']) {
    const { id, whole } = await augnoWithFiles(tour);
    await grow(whole, 600);
    await abandon(whole, 3);
    const path =
      by === 'augno' ? `/v1/messaging/conversations/${id}/actions/redact` : `/v1/conversations/${whole}/actions/redact`;
    const body = by === 'augno' ? undefined : { scope: 'conversation' };
    const redact = () => call('POST', path, body, `large-${id}`);
    const redactionId = (await redact()).headers.get('redaction-id');
    await completed(whole, redactionId);
    await reopen(whole, redactionId);
    const ref = { tenantId: 'tenant-tour', conversationId: whole, id: redactionId };
    await cloud.invoke('erasure/record-failure', { ...ref, error: 'States.Timeout' });
    await forgetKeys();
    expect((await redact()).headers.get('redaction-state')).toBe('erasing');
    await completed(whole, redactionId);
    await reopen(whole, redactionId);
    ids.push([whole, redactionId]);
  }
  return ids;
};

/** The whole tour: every function, through every kind of call that it makes. */
export const tourEverything = async (tour: Tour, cloud: Cloud): Promise<void> => {
  const anywhere = documentOf(1);
  await tour.call('POST', '/v1/conversations', { dialect: 'augno', document: anywhere });
  const base = `augno:${anywhere.conversation.id}`;
  await writeAndRead(tour);
  const small = await redactSmall(tour);
  await redactMessages(tour, base);
  const word = await redactChats(tour, base);
  await tour.reopen(...word);
  await tour.unmask(word[0], 1);
  const interrupted = [...small, word, ...(await redactLarge(tour, cloud))];
  expect(await cloud.invoke('erasure/resume', {})).toEqual({ resumed: interrupted.length });
  for (const [id, redactionId] of interrupted) await tour.completed(id, redactionId);
};
