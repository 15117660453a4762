import type { Conversation, Json, Part } from '../../conversations/conversation.ts';
import type { Dialect } from '../dialect.ts';

const iso = (milliseconds: number | undefined) =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();

/** A conversation of any dialect: the vendor's document, and its parts as the vendor shows them. */
export const presentConversation = (
  dialect: Dialect,
  conversation: Conversation,
  parts: Part[],
  nextCursor: string | null,
): Json => ({
  object: 'conversation',
  id: conversation.id,
  dialect: conversation.dialect,
  legalHold: conversation.legalHold,
  document: dialect.presentConversation(conversation),
  parts: parts.map((part) => ({
    id: part.id,
    sequence: part.sequence,
    redactedAt: iso(part.redactedAt),
    part: dialect.presentPart(part, conversation.people),
  })),
  nextCursor,
});
