import type { Json } from '../../shared/conversations/conversation.ts';
import { bytesOf } from '../../shared/http/fit.ts';

/** What a chat's history may take of an answer: room is left for the rest of its audit. */
const historyBytes = 5_000_000;

/** The oldest entries of a chat's history that an answer can carry, and the one at `asked` with them. */
export const fitHistory = (
  history: Json[],
  { asked, room = historyBytes }: { asked?: number; room?: number },
): Json[] => {
  let left = room - (asked === undefined ? 0 : bytesOf(history[asked]));
  return history.filter((entry, index) => {
    if (index === asked) return true;
    left -= bytesOf(entry) + 1;
    return left >= 0;
  });
};

/** An audit that no answer could carry, with what fits of its chats. */
export const fitAudit = (audit: Json): Json => {
  const events = (audit.events ?? []) as { value?: { history?: Json[] } | null }[];
  const chats = events.flatMap(({ value }) => (Array.isArray(value?.history) ? [value] : []));
  for (const chat of chats) chat.history = fitHistory(chat.history!, { room: historyBytes / chats.length });
  return audit;
};
