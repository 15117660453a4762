import type { Json, People, SplitConversation, SplitPart } from '../../conversations/conversation.ts';
import { partsOf, assertFewParts } from '../../conversations/limits.ts';
import { checked } from '../checked.ts';
import { auditName } from './present.ts';
import { audit as auditShape, auditDocument, historyEntry, importDocument, ticketDocument } from './schema.ts';
import { divide, isObject } from './skeleton.ts';

/** A request names a message by its chat and its place in it: the chat index, or the message id where it has none. */
export const entryId = (chatId: string, place: string | number) => `chat:${chatId}:${place}`;

const historyOf = ({ type, value }: Json): Json[] => {
  const history = type === 'ChatStartedEvent' && isObject(value) ? value.history : undefined;
  return Array.isArray(history) && history.every(isObject) ? history : [];
};

const withoutHistory = (event: Json): Json =>
  historyOf(event).length > 0 ? { ...event, value: { ...(event.value as Json), history: [] } } : event;

/** One message of a chat's history; it knows the event that it belongs to. */
const splitEntry = (
  entry: Json,
  of: { audit: string; event: string },
  own: string,
  chatId: unknown,
  people: People,
) => {
  const { structure, content } = divide(entry, historyEntry, people);
  // Only what stayed is an id.
  const place = typeof structure.chat_index === 'number' ? structure.chat_index : structure.message_id;
  const named = typeof chatId === 'string' && chatId !== '' && (typeof place === 'number' || place);
  return {
    id: named ? entryId(chatId, place as string | number) : own,
    structure: { of, entry: structure },
    content,
  };
};

/**
 * An audit, then the messages of the chats that it started, each a part of its own. Two messages that claim
 * the same place are told apart by where they stand.
 */
const splitAudit = (audit: Json, people: People, taken: Set<string>): SplitPart[] => {
  const events = (audit.events ?? []) as Json[];
  assertFewParts(events.flatMap(historyOf));
  const bare = audit.events ? { ...audit, events: events.map(withoutHistory) } : audit;
  const { structure, content } = divide(bare, auditShape, people);
  const entries = events.flatMap((event, n) => {
    const { value } = (structure.events as Json[])[n]!;
    const of = { audit: auditName(audit), event: String(event.id) };
    return historyOf(event).map((entry, index) => {
      const own = `audit:${of.audit}:${of.event}:${index}`;
      const part = splitEntry(entry, of, own, isObject(value) ? value.chat_id : undefined, people);
      const id = taken.has(part.id) ? own : part.id;
      taken.add(id);
      return { ...part, id };
    });
  });
  return [{ id: `audit:${auditName(audit)}`, structure: { audit: structure }, content }, ...entries];
};

/** Splits an audit with all that it holds. Throws InvalidRequest. */
export const splitAudits = (document: unknown): { parts: SplitPart[]; people: People } => {
  checked(auditDocument, document, 'audit');
  const people: People = {};
  return { parts: splitAudit(document as Json, people, new Set()), people };
};

const firstComment = ({ events }: Json) => ((events ?? []) as Json[]).find(({ type }) => type === 'Comment');

/** The id of the first comment: a ticket's description is a copy of it, and is read from there. */
const describedBy = ({ description }: Json, audits: Json[]): number | undefined => {
  const { id, body } = audits.map(firstComment).find((comment) => comment !== undefined) ?? {};
  return typeof description === 'string' && body === description && Number.isSafeInteger(id)
    ? (id as number)
    : undefined;
};

/** Splits a ticket and its audits. Throws InvalidRequest. */
export const split = (document: unknown): SplitConversation => {
  checked(importDocument, document, 'document');
  const given = document as Json & { ticket: Json; audits?: Json[] | null };
  const audits = given.audits ?? [];
  const people: People = {};
  const comment = describedBy(given.ticket, audits);
  const ticket = comment === undefined ? given.ticket : { ...given.ticket, description: '' };
  const bare = given.audits ? { ...given, ticket, audits: [] } : { ...given, ticket };
  const { structure, content } = divide(bare, ticketDocument, people);
  const taken = new Set<string>();
  const parts = partsOf(audits, (audit) => splitAudit(audit, people, taken));
  return {
    externalId: String(given.ticket.id),
    structure: { document: structure, ...(comment !== undefined && { describedBy: comment }) },
    text: content,
    legalHold: false,
    people,
    parts,
  };
};
