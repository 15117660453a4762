import type { Conversation, Json, Part, People } from '../../conversations/conversation.ts';
import type { Dialect } from '../dialect.ts';

const iso = (milliseconds: number | undefined) =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();

/** A conversation of any dialect without its parts: the vendor's document. */
export const presentConversation = (dialect: Dialect, conversation: Conversation): Json => ({
  object: 'conversation',
  id: conversation.id,
  dialect: conversation.dialect,
  legalHold: conversation.legalHold,
  nextSequence: conversation.nextSequence,
  changedAt: iso(dialect.changedAt(conversation.structure)),
  document: dialect.presentConversation(conversation),
});

/** A part as its vendor shows it, and where it stands. */
export const presentPart = (dialect: Dialect, people: People, part: Part): Json => ({
  id: part.id,
  sequence: part.sequence,
  changedAt: iso(dialect.changedAt(part.structure)),
  redactedAt: iso(part.redactedAt),
  part: dialect.presentPart(part, people),
});
