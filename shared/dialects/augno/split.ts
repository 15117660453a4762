import type { Json, People, SplitConversation, SplitPart } from '../../conversations/conversation.ts';
import { isOpaqueId } from '../../conversations/ids.ts';
import { checked } from '../checked.ts';
import { importDocument, messageDocument } from './schema.ts';

/** The fields that stay as they are. Whatever is not named here or below is content. */
const messageStructure = new Set([
  'id',
  'object',
  'kind',
  'status',
  'visibility',
  'channel',
  'sequence',
  'scheduled_at',
  'streaming_state',
  'agent_run_failed',
  'agent_error_code',
  'edited_at',
  'deleted_at',
  'created_at',
  'updated_at',
]);
const conversationStructure = new Set([
  'id',
  'object',
  'type',
  'audience',
  'workflow_status',
  'status',
  'unread',
  'last_message_at',
  'created_at',
  'updated_at',
]);
const participantStructure = new Set([
  'id',
  'object',
  'type',
  'role',
  'membership',
  'notifications',
  'agent_trigger_policy',
  'read_cursor',
]);
const groupStructure = new Set(['id', 'object', 'created_at', 'updated_at']);

export const emptyList = {
  object: 'list',
  page_info: { next_page_url: null, previous_page_url: null, has_next_page: false, has_prev_page: false },
  data: [],
};

/** What stands in the place of a destroyed value. */
const blank = (value: unknown): unknown => {
  if (Array.isArray(value)) return [];
  return typeof value === 'object' && value !== null && 'data' in value ? emptyList : null;
};
const isBlank = (value: unknown): boolean => JSON.stringify(value) === JSON.stringify(blank(value));

/** The content that Augno documents: its key stays, with a blank value. */
const knownContent = new Set(['body', 'attachments', 'title', 'name', 'members', 'agent_trigger_keywords']);

/**
 * Divides a document by its keys: some stay, some have a rule that makes their structure, and all others are
 * content. Of a field that nobody knows not even the name is structure, since it may be text as well.
 */
const divide = (
  document: Json,
  stays: ReadonlySet<string>,
  rules: Record<string, (value: unknown) => unknown> = {},
) => {
  const structure: [string, unknown][] = [];
  const content: [string, unknown][] = [];
  for (const [key, value] of Object.entries(document)) {
    if (stays.has(key)) structure.push([key, value]);
    else if (Object.hasOwn(rules, key)) structure.push([key, rules[key]!(value)]);
    else {
      if (knownContent.has(key)) structure.push([key, blank(value)]);
      if (!knownContent.has(key) || !isBlank(value)) content.push([key, value]);
    }
  }
  return { structure: Object.fromEntries(structure), content: Object.fromEntries(content) };
};

const orNone = (content: Json): Json | undefined => (Object.keys(content).length > 0 ? content : undefined);

/** A reference keeps who it points to; what names that person or thing goes to the people, once. */
const referenceTo = (people: People, view: 'actor' | 'entity') => (value: unknown) => {
  if (value === null || value === undefined) return null;
  const { id, object, type, ...names } = value as { id: string; object?: string; type?: string };
  people[id] = { [view]: names, ...people[id] };
  return { id, ...(object !== undefined && { object }), ...(type !== undefined && { type }) };
};

const divideMessage = (document: Json, people: People): SplitPart => {
  const kept: Json = {};
  const runNames: Json = {};
  const { structure, content } = divide(document, messageStructure, {
    sender: referenceTo(people, 'actor'),
    author: referenceTo(people, 'actor'),
    resource: referenceTo(people, 'entity'),
    // Copies of what stands elsewhere: rendered from there.
    conversation: () => null,
    reply_to: (value) => value && { id: (value as Json).id },
    subject: (value) => {
      if (!isBlank(value)) kept.subject = value;
      return null;
    },
    agent_run: (value) => {
      if (!value) return null;
      const { id, object, ...rest } = value as Json;
      Object.assign(runNames, rest);
      return { id, object };
    },
    // The client's own: an id as a rule, and content where it is none.
    client_message_id: (value) => (typeof value === 'string' && isOpaqueId(value) ? value : null),
  });
  const clientId = document.client_message_id;
  if (!isBlank(clientId) && clientId !== undefined && structure.client_message_id === null)
    content.client_message_id = clientId;
  if (orNone(runNames)) content.agent_run = runNames;
  return { id: document.id as string, structure, content: orNone(content), kept: orNone(kept) };
};

export const splitMessage = (document: unknown): { parts: SplitPart[]; people: People } => {
  checked(messageDocument, document, 'message');
  const people: People = {};
  return { parts: [divideMessage(document as Json, people)], people };
};

const divideConversation = (document: Json, people: People) => {
  const own: Json = {};
  const apart = (key: string, content: Json) => {
    if (orNone(content)) own[key] = content;
  };
  const participants = (list: unknown) => {
    if (!list) return null;
    const texts: Json = {};
    const data = (list as { data: Json[] }).data.map((document_) => {
      const { structure, content } = divide(document_, participantStructure, { actor: referenceTo(people, 'actor') });
      if (orNone(content)) texts[document_.id as string] = content;
      return structure;
    });
    apart('participants', texts);
    return { ...emptyList, data };
  };
  const group = (value: unknown) => {
    if (!value) return null;
    const { structure, content } = divide(value as Json, groupStructure);
    apart('group', content);
    return structure;
  };
  const { structure, content } = divide(document, conversationStructure, {
    assignee: referenceTo(people, 'actor'),
    topic: referenceTo(people, 'entity'),
    participants,
    group,
    last_message: () => null,
    legal_hold: () => 'released',
  });
  return { structure, text: orNone({ ...content, ...own }) };
};

// Drafts and scheduled messages carry no sequence; they come after the timeline, as they were given.
const placeOf = (message: Json) => (typeof message.sequence === 'number' ? message.sequence : Number.POSITIVE_INFINITY);

export const split = (document: unknown): SplitConversation => {
  checked(importDocument, document, 'document');
  const { conversation, messages = [] } = document as { conversation: Json; messages?: Json[] | { data: Json[] } };
  const people: People = {};
  const ordered = (Array.isArray(messages) ? messages : messages.data).toSorted((a, b) => {
    const [left, right] = [placeOf(a), placeOf(b)];
    return left === right ? 0 : left - right;
  });
  const parts = ordered.map((message) => divideMessage(message, people));
  return {
    externalId: conversation.id as string,
    ...divideConversation(conversation, people),
    legalHold: conversation.legal_hold === 'held',
    people,
    parts,
  };
};
