import type { Json } from '../../../shared/conversations/conversation.ts';
import { answerEvent, type MessageName } from '../../../shared/dialects/zendesk/chats.ts';
import { eventOf, presentAudits } from '../../../shared/dialects/zendesk/present.ts';
import { conversations } from '../../stores.ts';
import { fitHistory } from '../fit-history.ts';
import { findMessage } from './find-message.ts';

/** The event that holds the message, as it is now, with as much of its history as an answer can carry. */
export const chatEvent = async (tenantId: string, conversationId: string, name: MessageName): Promise<Json> => {
  const { message, audit: part, history } = await findMessage(tenantId, conversationId, name);
  const { people } = await conversations.read(tenantId, conversationId);
  const [audit] = presentAudits([part, ...history], people) as [
    { events: { id: unknown; value: { history: Json[] } }[] },
  ];
  const event = audit.events.find(({ id }) => String(id) === eventOf(message)?.event)!;
  const fit = fitHistory(event.value.history, { asked: history.indexOf(message) });
  return answerEvent({ ...event, value: { ...event.value, history: fit } });
};
