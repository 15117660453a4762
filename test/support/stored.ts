import type { Conversation, Part, SplitConversation } from '../../shared/conversations/conversation.ts';

export interface Stored {
  conversation: Conversation;
  parts: Part[];
}

const throughJson = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

/** A split document as the stores would give it back, without a table. */
export const stored = (dialect: string, split: SplitConversation): Stored => {
  const { externalId, structure, text, people, legalHold, parts } = throughJson(split);
  return {
    conversation: {
      id: `${dialect}:${externalId}`,
      dialect,
      structure,
      text,
      people,
      legalHold,
      nextSequence: parts.length,
    },
    parts: parts.map((part, sequence) => ({ ...part, sequence })),
  };
};

/** What is left after everything was redacted. */
export const redacted = ({ conversation, parts }: Stored, redactedAt: number): Stored => ({
  conversation: { ...conversation, text: undefined },
  parts: parts.map((part) => ({ ...part, content: undefined, kept: undefined, redactedAt })),
});
