import type { Part } from '../../../shared/conversations/conversation.ts';
import type { ConversationStore } from '../../../shared/conversations/conversation-store.ts';
import type { PartStore } from '../../../shared/conversations/part-store.ts';
import { isNamed, type MessageName } from '../../../shared/dialects/zendesk/chats.ts';
import { maskingOf, type TaggedText } from '../../../shared/dialects/zendesk/spans.ts';
import { redactSpans } from '../../../shared/redactions/redact-spans.ts';
import type { RedactionStores } from '../../../shared/redactions/carry-out.ts';
import type { RedactionReceipt, Requester, RequestKey } from '../../../shared/redactions/redaction.ts';
import { assertEnded } from '../assert-allowed.ts';
import { findEntries } from '../find-entries.ts';

export interface RedactChatCommand {
  caller: Requester;
  conversationId: string;
  name: MessageName;
  text: TaggedText;
}

/** Masks the spans in a message of a chat that has ended. */
export const redactChat = (stores: RedactionStores & { parts: PartStore; conversations: ConversationStore }) => {
  const redact = redactSpans(stores);
  return async (
    { caller, conversationId, name, text }: RedactChatCommand,
    requestKey: RequestKey | undefined,
  ): Promise<RedactionReceipt> => {
    const { tenantId } = caller;
    const found = await findEntries(tenantId, conversationId, name.chatId, (entry) => isNamed(entry, name));
    await assertEnded(stores.conversations, tenantId, conversationId, found);
    const mask = (part: Part) => maskingOf(text, part);
    return redact({ caller, conversationId, partId: found.entries[0].id, mask }, requestKey);
  };
};
