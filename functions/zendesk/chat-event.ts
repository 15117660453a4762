import type { Json, Part } from '../../shared/conversations/conversation.ts';
import { answerEvent } from '../../shared/dialects/zendesk/chats.ts';
import { eventOf, presentAudits } from '../../shared/dialects/zendesk/present.ts';
import { conversations } from '../stores.ts';
import { findEntries } from './find-entries.ts';
import { fitHistory } from './fit-history.ts';

/** The event that holds the first of the entries asked for, as it is now, with as much of its history as an answer can carry. */
export const chatEvent = async (
  tenantId: string,
  conversationId: string,
  chatId: string,
  isAsked: (entry: Part) => boolean,
): Promise<Json> => {
  const { entries, audit: part, history } = await findEntries(tenantId, conversationId, chatId, isAsked);
  const { people } = await conversations.read(tenantId, conversationId);
  const [audit] = presentAudits([part, ...history], people) as [
    { events: { id: unknown; value: { history: Json[] } }[] },
  ];
  const event = audit.events.find(({ id }) => String(id) === eventOf(entries[0])?.event)!;
  const asked = [...history.keys()].filter((index) => isAsked(history[index]!));
  const fit = fitHistory(event.value.history, { asked });
  return answerEvent({ ...event, value: { ...event.value, history: fit } });
};
