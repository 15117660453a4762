import type { Conversation, Json, Part } from '../../shared/conversations/conversation.ts';
import { answerConversation } from '../../shared/dialects/augno/present.ts';
import type { Includes } from '../../shared/dialects/augno/schema.ts';
import { shown } from '../shown-parts.ts';
import { conversations } from '../stores.ts';

// Drafts and scheduled messages stand behind the timeline's last message: few, and mostly none.
const messagesAtOnce = 3;

/** The timeline's last message, if there is one. */
export const readLastSent = async (tenantId: string, conversation: Conversation): Promise<Part | undefined> => {
  const { id: conversationId, nextSequence } = conversation;
  const last = nextSequence - 1;
  let from: number | undefined = last;
  while (from !== undefined) {
    const request = { from, last, forward: false, limit: messagesAtOnce };
    const page = await shown.readPage(tenantId, conversationId, request);
    const sent = page.parts.find(({ structure }) => (structure.status ?? 'sent') === 'sent');
    if (sent) return sent;
    from = page.next;
  }
  return undefined;
};

/** The conversation as it is now, as Augno answers it. */
export const conversationAnswer = async (
  tenantId: string,
  conversationId: string,
  includes: Includes,
): Promise<Json> => {
  const conversation = await conversations.read(tenantId, conversationId);
  return answerConversation(conversation, await readLastSent(tenantId, conversation), includes);
};
