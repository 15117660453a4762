import type { Conversation, Json, Part, People } from '../../conversations/conversation.ts';
import { type Includes, within } from './schema.ts';
import { emptyList } from './split.ts';

const nameless = {
  actor: { name: null, handle: null, avatar_url: null, role: null },
  entity: { name: null, handle: null },
};

type Reference = { id: string } | null | undefined;

const named = (reference: unknown, people: People, view: keyof typeof nameless): Json | null => {
  const target = reference as Reference;
  return target ? { ...target, ...(people[target.id]?.[view] ?? nameless[view]) } : null;
};

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** Only the keys that the document has: what Augno did not send is not made up. */
const overKeysOf = (document: Json, values: Json): Json =>
  Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(document, key)));

/**
 * The message with all that is stored of it. Redacted, its body and attachments are empty and it counts as
 * edited, like every message that was not deleted before; `deleted_at` and `subject` stay.
 */
export const presentMessage = ({ structure, content = {}, kept, redactedAt }: Part, people: People): Json => {
  const { agent_run: runNames, ...fields } = content;
  const edited = redactedAt !== undefined &&
    !structure.deleted_at && { edited_at: iso(redactedAt), updated_at: iso(redactedAt) };
  return {
    ...structure,
    ...overKeysOf(structure, {
      sender: named(structure.sender, people, 'actor'),
      author: named(structure.author, people, 'actor'),
      resource: named(structure.resource, people, 'entity'),
    }),
    ...fields,
    ...kept,
    ...(runNames ? { agent_run: { ...(structure.agent_run as Json), ...(runNames as Json) } } : {}),
    ...edited,
  };
};

const presentParticipants = (list: unknown, texts: Record<string, Json> = {}, people: People): Json | null => {
  if (!list) return null;
  const data = (list as { data: Json[] }).data.map((participant) => ({
    ...participant,
    ...overKeysOf(participant, { actor: named(participant.actor, people, 'actor') }),
    ...texts[participant.id as string],
  }));
  return { ...(list as Json), data };
};

/** The conversation with all that is stored of it; its last message is a copy and stays out. */
export const presentConversation = ({ structure, text = {}, people, legalHold }: Conversation): Json => {
  const { group, participants, ...fields } = text;
  return {
    ...structure,
    ...overKeysOf(structure, {
      legal_hold: legalHold ? 'held' : 'released',
      assignee: named(structure.assignee, people, 'actor'),
      topic: named(structure.topic, people, 'entity'),
      group: structure.group && { ...(structure.group as Json), ...(group as Json | undefined) },
      participants: presentParticipants(
        structure.participants,
        participants as Record<string, Json> | undefined,
        people,
      ),
    }),
    ...fields,
  };
};

const blankMessage = {
  id: null,
  object: 'chat_message',
  kind: 'chat',
  status: 'sent',
  visibility: 'internal',
  conversation: null,
  sequence: 0,
  body: null,
  subject: null,
  sender: null,
  author: null,
  attachments: null,
  reply_to: null,
  resource: null,
  channel: 'message',
  scheduled_at: null,
  agent_run: null,
  streaming_state: null,
  client_message_id: null,
  edited_at: null,
  deleted_at: null,
  created_at: null,
  updated_at: null,
};

const presentAttachments = (attachments: unknown, includes: Includes): Json => {
  const list = (attachments ?? emptyList) as { data: Json[] };
  if (includes.has('resource')) return list;
  return { ...list, data: list.data.map((attachment) => ({ ...attachment, resource: null })) };
};

/** What an answer puts in the place of a message's copies, when they were asked for. */
export interface MessageContext {
  conversation?: Json | null;
  replyTo?: Json | null;
}

/** The message as Augno answers it: every key there, and null what was not asked to be expanded. */
export const answerMessage = (part: Part, people: People, includes: Includes, context: MessageContext = {}): Json => {
  const message = presentMessage(part, people);
  const expanded = (key: string, value: unknown) => (includes.has(key) ? (value ?? null) : null);
  return {
    ...blankMessage,
    ...message,
    conversation: expanded('conversation', context.conversation),
    sender: expanded('sender', message.sender),
    author: expanded('author', message.author),
    attachments: includes.has('attachments')
      ? presentAttachments(message.attachments, within(includes, 'attachments'))
      : null,
    reply_to: expanded('reply_to', context.replyTo),
    resource: expanded('resource', message.resource),
    agent_run: expanded('agent_run', message.agent_run),
  };
};

const blankConversation = {
  id: null,
  object: 'conversation',
  type: 'direct_message',
  audience: 'internal',
  title: null,
  workflow_status: null,
  group: null,
  status: 'active',
  legal_hold: 'released',
  assignee: null,
  participants: null,
  topic: null,
  unread: 0,
  last_message_at: null,
  last_message: null,
  created_at: null,
  updated_at: null,
};

const participantsAnswer = (list: unknown): unknown => {
  // Augno's conversation answers never carry the participants' actors.
  const { data, ...rest } = (list ?? emptyList) as { data: Json[] };
  return { ...rest, data: data.map((participant) => ({ ...participant, actor: null })) };
};

/** The conversation as Augno answers it; the last sent message is the only thing that its time comes from. */
export const answerConversation = (
  conversation: Conversation,
  lastSent: Part | undefined,
  includes: Includes,
): Json => {
  const document = presentConversation(conversation);
  const sentAt = (lastSent?.structure.created_at ?? null) as string | null;
  const knownAt = (document.last_message_at ?? null) as string | null;
  const latest = [sentAt, knownAt]
    .filter((at) => at !== null)
    .toSorted((a, b) => Date.parse(a) - Date.parse(b))
    .at(-1);
  const expanded = (key: string, value: unknown) => (includes.has(key) ? (value ?? null) : null);
  return {
    ...blankConversation,
    ...document,
    legal_hold: conversation.legalHold ? 'held' : 'released',
    group: expanded('group', document.group),
    assignee: expanded('assignee', document.assignee),
    participants: includes.has('participants') ? participantsAnswer(document.participants) : null,
    topic: expanded('topic', document.topic),
    last_message_at: latest ?? null,
    last_message: expanded(
      'last_message',
      lastSent && answerMessage(lastSent, conversation.people, within(includes, 'last_message')),
    ),
  };
};
