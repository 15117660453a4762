import type { Json } from '../../shared/conversations/conversation.ts';

/** A function's answer ends at 6 MB: a page of audits is cut here, a history before, which leaves room for its audit. */
export const answerLimit = 5_500_000;
const historyLimit = 5_000_000;

export const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** The oldest entries of a chat's history that an answer can carry, and the one at `asked` with them. */
export const fitHistory = (
  history: Json[],
  { asked, limit = historyLimit }: { asked?: number; limit?: number },
): Json[] => {
  let left = limit - (asked === undefined ? 0 : bytesOf(history[asked]!));
  return history.filter((entry, index) => {
    if (index === asked) return true;
    left -= bytesOf(entry);
    return left >= 0;
  });
};

/** An audit that no answer could carry, with what fits of its chats. */
export const fitAudit = (audit: Json): Json => {
  const events = (audit.events ?? []) as { value?: { history?: Json[] } }[];
  const chats = events.flatMap(({ value }) => (Array.isArray(value?.history) ? [value] : []));
  for (const chat of chats) chat.history = fitHistory(chat.history!, { limit: historyLimit / chats.length });
  return audit;
};
