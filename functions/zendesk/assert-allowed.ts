import type { ConversationStore } from '../../shared/conversations/conversation-store.ts';
import { letsChatsRun } from '../../shared/dialects/zendesk/chats.ts';
import { InsufficientPermissions, InvalidRequest } from '../../shared/errors.ts';
import type { FoundEntries } from './find-entries.ts';

/** Refuses what the account does not allow: both switches are on unless the tenant turned them off. */
export const assertAllowed = ({ agentWorkspace, ticketDeletion }: Record<string, unknown>): void => {
  if (agentWorkspace === false) throw new InsufficientPermissions('agent workspace');
  if (ticketDeletion === false) throw new InsufficientPermissions('ticket deletion');
};

/** Refuses a chat that may still run: Zendesk redacts nothing in those. */
export const assertEnded = async (
  conversations: ConversationStore,
  tenantId: string,
  conversationId: string,
  { ended }: FoundEntries,
): Promise<void> => {
  if (ended || !letsChatsRun(await conversations.read(tenantId, conversationId))) return;
  throw new InvalidRequest('The chat is still active and cannot be redacted');
};
