import type { Part } from '../../shared/conversations/conversation.ts';
import { endsIn, startsIn } from '../../shared/dialects/zendesk/chats.ts';
import { auditIdOf, eventOf } from '../../shared/dialects/zendesk/present.ts';
import { PartNotFound } from '../../shared/errors.ts';
import { readParts } from './read-parts.ts';

export interface FoundEntries {
  /** All of the chat that are wanted, in order. */
  entries: [Part, ...Part[]];
  /** The audit that started the chat of the first, then the messages of the event in there. */
  audit: Part;
  history: Part[];
  /** Whether an event has ended the chat. */
  ended: boolean;
}

/** Finds entries of a chat in all that the ticket holds. Throws ConversationNotFound, and PartNotFound if there are none. */
export const findEntries = async (
  tenantId: string,
  conversationId: string,
  chatId: string,
  isWanted: (entry: Part) => boolean,
): Promise<FoundEntries> => {
  const chats = new Map<string, { audit: Part; history: Part[] }>();
  const entries: Part[] = [];
  let chatOfFirst: { audit: Part; history: Part[] } | undefined;
  let ended = false;
  for await (const part of readParts(tenantId, conversationId)) {
    const of = eventOf(part);
    if (!of) {
      for (const id of startsIn(part, chatId)) {
        chats.set(`${auditIdOf(part)}:${id}`, { audit: part, history: [] });
      }
      if (endsIn(part, chatId)) ended = true;
      continue;
    }
    const chat = chats.get(`${of.audit}:${of.event}`);
    chat?.history.push(part);
    if (!chat || !isWanted(part)) continue;
    entries.push(part);
    chatOfFirst ??= chat;
  }
  const [first, ...others] = entries;
  if (!first || !chatOfFirst) throw new PartNotFound();
  return { entries: [first, ...others], ...chatOfFirst, ended };
};
