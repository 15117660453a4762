import type { Conversation, Part, SplitConversation } from '../../shared/conversations/conversation.ts';
import { conversationId } from '../../shared/conversations/ids.ts';

export interface Stored {
  conversation: Conversation;
  parts: Part[];
}

/** A split document as the stores give it back, without a table: JSON in, JSON out. */
export const storedAs = (dialect: string, split: SplitConversation): Stored => {
  const { externalId, structure, text, people, legalHold, parts } = structuredClone(split);
  const conversation = {
    id: conversationId(dialect, externalId),
    dialect,
    structure,
    text,
    people,
    legalHold,
    nextSequence: parts.length,
  };
  return { conversation, parts: parts.map((part, sequence) => ({ ...part, sequence })) };
};

/** The same behind a redaction of everything. */
export const redactedAt = (time: number, { conversation, parts }: Stored): Stored => ({
  conversation: { ...conversation, text: undefined },
  parts: parts.map((part) => ({ ...part, content: undefined, kept: undefined, redactedAt: time })),
});
