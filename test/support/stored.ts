import type { Conversation, Part, SplitConversation } from '../../shared/conversations/conversation.ts';

const throughJson = <T>(value: T): T => (value === undefined ? value : (JSON.parse(JSON.stringify(value)) as T));

/** A split document as the stores would give it back, without a table. */
export const stored = (dialect: string, split: SplitConversation): { conversation: Conversation; parts: Part[] } => {
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
export const redacted = (
  { conversation, parts }: ReturnType<typeof stored>,
  redactedAt: number,
): ReturnType<typeof stored> => ({
  conversation: { ...conversation, text: undefined },
  parts: parts.map((part) => ({ ...part, content: undefined, kept: undefined, redactedAt })),
});
