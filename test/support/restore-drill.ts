import { handler as importConversation } from '../../functions/expunge/import-conversation/handler.ts';
import { handler as redactFeaturebase } from '../../functions/featurebase/redact/handler.ts';
import { handler as redactIntercom } from '../../functions/intercom/redact/handler.ts';
import { handler as redactChat } from '../../functions/zendesk/redact-chat/handler.ts';
import { erasures, guards, ledger } from '../../functions/stores.ts';
import { files } from '../../functions/files.ts';
import { documents } from '../../shared/clients.ts';
import { sealStore } from '../../shared/conversations/seal-store.ts';
import { eraseChunk } from '../../shared/redactions/erase-chunk.ts';
import { apiKeyStore, permissions } from '../../shared/tenants/api-key-store.ts';
import { type AugnoDocument, documentOf, freshId, message } from './augno-documents.ts';
import { type Answer, call } from './call.ts';
import { augnoApi, expungeApi, imported } from './endpoints.ts';
import { conversation as featurebaseDocument, message as featurebaseMessage } from './featurebase-documents.ts';
import { documentOf as intercomDocument, freshId as intercomId, part as intercomPart } from './intercom-documents.ts';
import { redactAll, sparseConversation, tenantId as walkTenant } from './redactions.ts';
import { ownTable, restoredCopy } from './restored-table.ts';
import { documentIn, documentOf as ticketOf } from './zendesk-documents.ts';

/** In every text that a redaction destroys after the restore point, and in no other. */
export const secret = 'gone-for-good';
/** In what those redactions leave. */
export const standing = 'stays-as-it-is';

const tenant = 'acme';
const keys = apiKeyStore(documents, ownTable.tableName);
export const createKey = () => keys.create(tenant, permissions, new Date());

const done = (answer: Answer): Answer => {
  if (answer.status >= 300) throw new Error(`Refused: ${answer.status} ${answer.text}`);
  return answer;
};

/** An Augno conversation of messages with these bodies. */
const augno = (...bodies: string[]): AugnoDocument => {
  const document = documentOf(0);
  const { id } = document.conversation;
  document.messages = bodies.map((body, n) => message(`mg_${id}_${n}`, n + 1, { body }));
  return document;
};

const importAs = async (key: string, dialect: string, document: unknown) =>
  done(await call(importConversation, { key, body: { dialect, document } }));

const zendesk = () => ticketOf([`${standing} hello`, `My number is ${secret}!`]);
const intercom = () =>
  intercomDocument([intercomPart(intercomId(), { body: secret }), intercomPart(intercomId(), { body: standing })]);
const featurebase = () =>
  featurebaseDocument(
    [1, 2].map((id) => featurebaseMessage(String(id), 'user_msg', { bodyMarkdown: id === 1 ? secret : standing })),
  );

const redactSpan = async (key: string, { id, chatId }: ReturnType<typeof zendesk>) =>
  done(
    await call(redactChat, {
      key,
      path: { ticket_id: String(id) },
      body: { chat_id: chatId, chat_index: 1, text: `My number is <redact>${secret}</redact>!` },
    }),
  );

/** What stands before the restore point, in all four dialects. */
const before = async (key: string) => {
  const subjects = augno(`${secret} 1`, `${secret} 2`);
  for (const each of subjects.messages) Object.assign(each, { subject: standing });
  const whole = augno(secret, `${secret} too`);
  whole.conversation.title = secret;
  const documentsBefore = {
    messages: subjects,
    whole,
    halfway: augno('destroyed before', secret, standing),
    grown: augno(standing),
    held: augno(standing),
    untouched: augno(standing),
  };
  for (const document of Object.values(documentsBefore)) await imported(key, document);
  const ticket = zendesk();
  const inbox = intercom();
  const board = featurebase();
  await importAs(key, 'zendesk', documentIn(ticket));
  await importAs(key, 'intercom', inbox);
  await importAs(key, 'featurebase', board);
  const halfway = documentsBefore.halfway.conversation.id;
  done(await expungeApi.redact(key, halfway, { parts: [`mg_${halfway}_0`] }));
  // More than a request erases: what is accepted is left to the workflow, of which there is none here.
  const running = await sparseConversation(1_200, [0, 700, 1_199]);
  const stopped = await sparseConversation(3_000, [0, 2_400, 2_600]);
  return { ...documentsBefore, ticket, inbox, board, running, stopped };
};

/** What is decided after it. */
const after = async (key: string, drill: Awaited<ReturnType<typeof before>>) => {
  const idOf = (document: AugnoDocument) => document.conversation.id;
  done(await augnoApi.redact(key, idOf(drill.messages)));
  done(await expungeApi.redact(key, idOf(drill.whole)));
  done(await expungeApi.redact(key, idOf(drill.halfway), { parts: [`mg_${idOf(drill.halfway)}_1`] }));
  const inbox = { type: 'conversation_part', conversation_id: drill.inbox.id };
  const [part] = drill.inbox.conversation_parts.conversation_parts;
  done(await call(redactIntercom, { key, body: { ...inbox, conversation_part_id: part!['id'] } }));
  const board = { type: 'conversation_part', conversationId: drill.board['id'], conversationPartId: '1' };
  done(await call(redactFeaturebase, { key, body: board }));
  await redactSpan(key, drill.ticket);

  const appended = message(freshId('mg'), 9, { body: secret });
  done(await expungeApi.append(key, idOf(drill.grown), [appended]));
  done(await expungeApi.redact(key, idOf(drill.grown), { parts: [appended.id] }));
  const late = augno(secret, `${secret} as well`);
  late.conversation.title = secret;
  await imported(key, late);
  done(await expungeApi.redact(key, idOf(late)));
  const lateTicket = zendesk();
  await importAs(key, 'zendesk', documentIn(lateTicket));
  await redactSpan(key, lateTicket);
  done(await expungeApi.hold(key, idOf(drill.held), true));

  await redactAll(drill.running);
  const { redactionId } = await redactAll(drill.stopped);
  const entry = await ledger.read({ tenantId: walkTenant, conversationId: drill.stopped, id: redactionId });
  await eraseChunk({ guards, ledger, erasures, files })(entry as Parameters<ReturnType<typeof eraseChunk>>[0], 0);
  await guards.setLegalHold(walkTenant, drill.stopped, true, Date.now());
  await ledger.halt(entry);
  return { appended, late, lateTicket };
};

/** A table that lived on after the point that another was restored to, with a key that was revoked and one that was made meanwhile. */
export const liveOn = async () => {
  await sealStore(documents, ownTable.tableName).sealIfNew(ownTable.tableId);
  const { key } = await createKey();
  const revoked = await createKey();
  const first = await before(key);
  const restored = await restoredCopy();
  const second = await after(key, first);
  await keys.revoke(tenant, revoked.keyId, new Date());
  const { key: newKey } = await createKey();
  return { ...first, ...second, key, newKey, revokedKey: revoked.key, restored };
};
