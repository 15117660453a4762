import type { Part } from '../../../shared/conversations/conversation.ts';
import { endsIn, isNamed, type MessageName, startsIn } from '../../../shared/dialects/zendesk/chats.ts';
import { auditIdOf, eventOf } from '../../../shared/dialects/zendesk/present.ts';
import { PartNotFound } from '../../../shared/errors.ts';
import { readParts } from '../read-parts.ts';

export interface FoundMessage {
  message: Part;
  /** The audit that started the chat, then the messages of the event in there. */
  audit: Part;
  history: Part[];
  /** Whether an event has ended the chat. */
  ended: boolean;
}

/** Finds a message in all that the ticket holds. Throws ConversationNotFound and PartNotFound. */
export const findMessage = async (
  tenantId: string,
  conversationId: string,
  name: MessageName,
): Promise<FoundMessage> => {
  const chats = new Map<string, { audit: Part; history: Part[] }>();
  let found: Omit<FoundMessage, 'ended'> | undefined;
  let ended = false;
  for await (const part of readParts(tenantId, conversationId)) {
    const of = eventOf(part);
    if (!of) {
      for (const id of startsIn(part, name.chatId)) {
        chats.set(`${auditIdOf(part)}:${id}`, { audit: part, history: [] });
      }
      if (endsIn(part, name.chatId)) ended = true;
      continue;
    }
    const chat = chats.get(`${of.audit}:${of.event}`);
    chat?.history.push(part);
    if (chat && !found && isNamed(part, name)) found = { message: part, ...chat };
  }
  if (!found) throw new PartNotFound();
  return { ...found, ended };
};
