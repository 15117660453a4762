import type { Part } from '../../../shared/conversations/conversation.ts';
import type { ConversationStore } from '../../../shared/conversations/conversation-store.ts';
import type { PartStore } from '../../../shared/conversations/part-store.ts';
import { letsChatsRun, type MessageName } from '../../../shared/dialects/zendesk/chats.ts';
import { maskingOf, type TaggedText } from '../../../shared/dialects/zendesk/spans.ts';
import { InsufficientPermissions, InvalidRequest } from '../../../shared/errors.ts';
import { redactSpans } from '../../../shared/redactions/redact-spans.ts';
import type { RedactionStores } from '../../../shared/redactions/carry-out.ts';
import type { RedactionReceipt, RequestKey } from '../../../shared/redactions/redaction.ts';
import { findMessage } from './find-message.ts';

export interface RedactChatCommand {
  caller: { tenantId: string; keyId: string };
  conversationId: string;
  name: MessageName;
  text: TaggedText;
}

/** Refuses what the account does not allow: both switches are on unless the tenant turned them off. */
export const assertAllowed = ({ agentWorkspace, ticketDeletion }: Record<string, unknown>): void => {
  if (agentWorkspace === false) throw new InsufficientPermissions('agent workspace');
  if (ticketDeletion === false) throw new InsufficientPermissions('ticket deletion');
};

/** Masks the spans in a message of a chat that has ended. */
export const redactChat = (stores: RedactionStores & { parts: PartStore; conversations: ConversationStore }) => {
  const redact = redactSpans(stores);
  return async (
    { caller, conversationId, name, text }: RedactChatCommand,
    requestKey: RequestKey | undefined,
  ): Promise<RedactionReceipt> => {
    const { message, ended } = await findMessage(caller.tenantId, conversationId, name);
    const runs = !ended && letsChatsRun(await stores.conversations.read(caller.tenantId, conversationId));
    if (runs) throw new InvalidRequest('The chat is still active and cannot be redacted');
    const mask = (part: Part) => maskingOf(text, part);
    return redact({ caller, conversationId, partId: message.id, mask }, requestKey);
  };
};
