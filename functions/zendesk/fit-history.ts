import type { Json } from '../../shared/conversations/conversation.ts';
import { bytesOf } from '../../shared/http/fit.ts';

/** What a chat's history may take of an answer: room is left for the rest of its audit. */
const historyBytes = 5_000_000;

/** What an answer can carry of a chat's history: first the entries at `asked`, then the oldest. */
export const fitHistory = (
  history: Json[],
  { asked = [], room = historyBytes }: { asked?: number[]; room?: number },
): Json[] => {
  const carried = new Set<number>();
  let left = room;
  for (const index of new Set([...asked, ...history.keys()])) {
    left -= bytesOf(history[index]) + 1;
    if (left < 0) break;
    carried.add(index);
  }
  return history.filter((_, index) => carried.has(index));
};

/** An audit that no answer could carry, with what fits of its chats. */
export const fitAudit = (audit: Json): Json => {
  const events = (audit.events ?? []) as { value?: { history?: Json[] } | null }[];
  const chats = events.flatMap(({ value }) => (Array.isArray(value?.history) ? [value] : []));
  for (const chat of chats) chat.history = fitHistory(chat.history!, { room: historyBytes / chats.length });
  return audit;
};
