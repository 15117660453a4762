import type { Conversation, Json, Part } from '../../shared/conversations/conversation.ts';
import { eventOf, presentAudits, presentPart } from '../../shared/dialects/zendesk/present.ts';
import { bytesOf } from '../../shared/http/fit.ts';
import { shown } from '../shown-parts.ts';

/** What a chat's history may take of an answer: room is left for the rest of its audit. */
const historyBytes = 5_000_000;

/** What an answer can carry of a chat's history, with links: first the entries `asked` for, then the oldest. Others are not signed. */
export const fitHistory = async (
  tenantId: string,
  { id, people }: Conversation,
  history: Part[],
  { asked = [], room = historyBytes }: { asked?: Part[]; room?: number },
): Promise<Part[]> => {
  const carried: Part[] = [];
  let left = room;
  for (const part of new Set([...asked, ...history])) {
    const entry = await shown.show(tenantId, id, part);
    left -= bytesOf(presentPart(entry, people)) + 1;
    if (left < 0) break;
    carried.push(entry);
  }
  return carried.toSorted((a, b) => a.sequence - b.sequence);
};

/** The audit that leads the parts, with all messages of its chats behind it; undefined if they take more room. */
export const wholeAudit = async (
  tenantId: string,
  conversation: Conversation,
  parts: Part[],
  room: number,
): Promise<Json | undefined> => {
  const fit = await fitHistory(tenantId, conversation, parts, { room });
  return fit.length < parts.length ? undefined : presentAudits(fit, conversation.people)[0];
};

/** An audit that no answer could carry, with what fits of its chats. */
export const fitAudit = async (
  tenantId: string,
  conversation: Conversation,
  [audit, ...entries]: [Part, ...Part[]],
): Promise<Json> => {
  const chats = Map.groupBy(entries, (entry) => eventOf(entry)?.event);
  const fit = [await shown.show(tenantId, conversation.id, audit)];
  for (const history of chats.values()) {
    fit.push(...(await fitHistory(tenantId, conversation, history, { room: historyBytes / chats.size })));
  }
  return presentAudits(fit, conversation.people)[0]!;
};
