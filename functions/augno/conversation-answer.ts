import type { Conversation, Part } from '../../shared/conversations/conversation.ts';
import { answerConversation } from '../../shared/dialects/augno/present.ts';
import type { Includes } from '../../shared/dialects/augno/schema.ts';
import type { Json } from '../../shared/conversations/conversation.ts';
import { conversations, parts } from '../stores.ts';

// Drafts and scheduled messages stand behind the timeline's last message, and are few.
const draftsPassed = 10;

const lastSent = async (tenantId: string, conversationId: string): Promise<Part | undefined> => {
  const page = await parts.readPage(tenantId, conversationId, { forward: false, limit: draftsPassed });
  return page.parts.find(({ structure }) => (structure.status ?? 'sent') === 'sent');
};

/** The conversation as it is now, as Augno answers it. */
export const conversationAnswer = async (
  tenantId: string,
  conversationId: string,
  includes: Includes,
): Promise<Json> => {
  const conversation: Conversation = await conversations.read(tenantId, conversationId);
  return answerConversation(conversation, await lastSent(tenantId, conversationId), includes);
};
