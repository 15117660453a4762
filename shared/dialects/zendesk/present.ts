import type { Conversation, Json, Part, People } from '../../conversations/conversation.ts';
import { latestOf } from '../latest-of.ts';
import { historyEntry } from './schema.ts';
import { isObject, unite } from './skeleton.ts';

/** What an audit goes by: its id, or that of its first event, since the published sample of an audit has none. */
export const auditName = (audit: Json): string => {
  const { id, events } = audit as { id?: number | string; events?: { id?: number | string }[] };
  return id === undefined ? `event-${events?.[0]?.id}` : String(id);
};

/** What stands for a redacted span, or for a whole redacted message: four, whatever the length was. */
export const mask = '▇▇▇▇';

/** The event that a message of a chat belongs to, by its own id and its audit's; undefined for an audit. */
export const eventOf = ({ structure }: Part) => structure.of as { audit: string; event: string } | undefined;

/** The audit that the part is, or belongs to. */
export const auditIdOf = (part: Part): string => eventOf(part)?.audit ?? auditName(part.structure.audit as Json);

/** The structure is that of a ticket, an audit or a message of a chat. */
export const changedAt = ({ document, audit, entry }: Json): number | undefined => {
  const { created_at, updated_at, timestamp } = ((document as Json | undefined)?.ticket ?? audit ?? entry) as Json;
  return latestOf(created_at, updated_at, timestamp);
};

const redactedFields = { message: mask, filename: 'redacted.txt' };

/** Whether the part is a file in a chat, redacted or not. */
export const isFile = (part: Part): boolean =>
  eventOf(part) !== undefined && (part.structure.entry as Json).type === 'ChatFileAttachment';

/** All that a redacted file shows beside its new name: where it stood, who sent it, and that it had a text. */
const fieldsOfRedactedFile = new Set([
  ...Object.keys({ ...historyEntry.stays, ...historyEntry.within, ...redactedFields }),
  ...historyEntry.names.fields,
]);

const presentEntry = (part: Part, people: People): Json => {
  const entry = unite(part.structure.entry, part.content, people) as Json;
  if (part.redactedAt === undefined) return entry;
  const fields = Object.entries(redactedFields).filter(([key]) => entry[key] === '');
  const redacted = { ...entry, ...Object.fromEntries(fields) };
  if (!isFile(part)) return redacted;
  const kept = Object.entries(redacted).filter(([key]) => fieldsOfRedactedFile.has(key));
  return { ...Object.fromEntries(kept), filename: redactedFields.filename };
};

/** An audit without the messages of its chats, or one message, as Zendesk shows it there. */
export const presentPart = (part: Part, people: People): Json =>
  eventOf(part) ? presentEntry(part, people) : (unite(part.structure.audit, part.content, people) as Json);

const eventsOf = (audits: Json[]) => audits.flatMap(({ events }) => (events ?? []) as Json[]);

const keyOf = ({ audit, event }: { audit: string; event: string }) => `${audit}:${event}`;

/** The audits among the parts, in order, with those of their messages that are among them too. */
export const presentAudits = (parts: Part[], people: People): Json[] => {
  const histories = new Map<string, Json[]>();
  for (const part of parts) {
    const of = eventOf(part);
    if (!of) continue;
    const history = histories.get(keyOf(of)) ?? [];
    histories.set(keyOf(of), history);
    history.push(presentPart(part, people));
  }
  const audits = parts.filter((part) => !eventOf(part)).map((part) => presentPart(part, people));
  for (const audit of audits) {
    for (const { id, type, value } of eventsOf([audit])) {
      const history = histories.get(keyOf({ audit: auditName(audit), event: String(id) }));
      if (type === 'ChatStartedEvent' && history && isObject(value)) value.history = history;
    }
  }
  return audits;
};

const documentOf = ({ structure, text, people }: Conversation) =>
  unite(structure.document, text, people) as Json & { ticket: Json };

/** The ticket; its description is empty where it is a copy of a comment. */
export const presentTicket = (conversation: Conversation): Json => documentOf(conversation).ticket;

// Zendesk tags a ticket once something in it was redacted. A version above the first is that of a masked text.
const tag = 'redacted_content';
const isRedacted = ({ redactedAt, version = 1 }: Part) => redactedAt !== undefined || version > 1;

const tagsOf = ({ tags }: Json): unknown[] => {
  const own: unknown[] = Array.isArray(tags) ? tags : [];
  return own.includes(tag) ? own : [...own, tag];
};

/** The document that was imported, as it is now. */
export const present = (conversation: Conversation, parts: Part[]): Json => {
  const { ticket, audits: list, ...others } = documentOf(conversation);
  const { describedBy } = conversation.structure;
  const audits = presentAudits(parts, conversation.people);
  const comment = eventsOf(audits).find(({ type, id }) => type === 'Comment' && id === describedBy);
  return {
    ticket: {
      ...ticket,
      ...(describedBy !== undefined && { description: comment?.body ?? '' }),
      ...(parts.some(isRedacted) && { tags: tagsOf(ticket) }),
    },
    ...(list !== undefined && { audits: list && audits }),
    ...others,
  };
};
