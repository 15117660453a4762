import type { Json, Part } from '../../shared/conversations/conversation.ts';
import { answerEvent } from '../../shared/dialects/zendesk/chats.ts';
import { eventOf, presentAudits } from '../../shared/dialects/zendesk/present.ts';
import { shown } from '../shown-parts.ts';
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
  const conversation = await conversations.read(tenantId, conversationId);
  const fit = await fitHistory(tenantId, conversation, history, { asked: history.filter(isAsked) });
  const leading = await shown.show(tenantId, conversationId, part);
  const [audit] = presentAudits([leading, ...fit], conversation.people) as [{ events: Json[] }];
  return answerEvent(audit.events.find(({ id }) => String(id) === eventOf(entries[0])?.event)!);
};
