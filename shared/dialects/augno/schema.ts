import * as z from 'zod/mini';
import { externalId } from '../../conversations/external-id.ts';
import { conversationId, isOpaqueId } from '../../conversations/ids.ts';
import { InvalidRequest } from '../../errors.ts';
import { listOf } from '../../list-of.ts';
import { partList } from '../part-list.ts';

/**
 * Documents as Augno's reads return them. Only what becomes structure is checked, and closely, so that no
 * text can hide in it; every other field is content, whatever it holds.
 */
const token = z.string().check(z.regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be a lower-case word'));
const time = z.iso.datetime({ offset: true });
const maybe = <T extends z.ZodMiniType>(schema: T) => z.optional(z.nullable(schema));

const reference = z.looseObject({ id: externalId, object: z.optional(token), type: z.optional(token) });
const listObject = <T extends z.ZodMiniType>(data: T) => z.looseObject({ object: z.optional(token), data });
const dataOf = <T extends z.ZodMiniType>(item: T) => listObject(listOf(item));

const participant = z.looseObject({
  id: externalId,
  object: z.optional(token),
  type: z.optional(token),
  role: z.optional(token),
  membership: z.optional(token),
  notifications: z.optional(token),
  actor: maybe(reference),
  agent_trigger_policy: maybe(token),
  read_cursor: maybe(
    z.strictObject({
      object: z.optional(token),
      sequence: maybe(z.int()),
      message_id: maybe(externalId),
      read_at: maybe(time),
    }),
  ),
});

const conversationDocument = z.looseObject({
  id: externalId,
  object: z.optional(token),
  type: z.optional(token),
  audience: z.optional(token),
  workflow_status: maybe(token),
  status: z.optional(token),
  legal_hold: z.optional(z.enum(['released', 'held'])),
  group: maybe(
    z.looseObject({ id: externalId, object: z.optional(token), created_at: maybe(time), updated_at: maybe(time) }),
  ),
  assignee: maybe(reference),
  participants: maybe(dataOf(participant)),
  topic: maybe(reference),
  unread: z.optional(z.int()),
  last_message_at: maybe(time),
  created_at: z.optional(time),
  updated_at: z.optional(time),
});

export const messageDocument = z.looseObject({
  id: externalId,
  object: z.optional(token),
  kind: z.optional(token),
  status: z.optional(token),
  visibility: z.optional(token),
  channel: z.optional(token),
  sequence: maybe(z.int()),
  sender: maybe(reference),
  author: maybe(reference),
  resource: maybe(reference),
  reply_to: maybe(z.looseObject({ id: externalId })),
  agent_run: maybe(z.looseObject({ id: externalId, object: z.optional(token) })),
  attachments: maybe(dataOf(z.looseObject({}))),
  scheduled_at: maybe(time),
  streaming_state: maybe(token),
  agent_run_failed: maybe(z.boolean()),
  agent_error_code: maybe(token),
  edited_at: maybe(time),
  deleted_at: maybe(time),
  created_at: z.optional(time),
  updated_at: z.optional(time),
});

const messages = partList(messageDocument);

/** What an import takes: a conversation and its messages, oldest first or in the list that Augno returns. */
export const importDocument = z.looseObject({
  conversation: conversationDocument,
  messages: z._default(
    z.union([
      messages,
      z.pipe(
        listObject(messages),
        z.transform(({ data }) => data),
      ),
    ]),
    [],
  ),
});

const conversationIncludes = [
  'assignee',
  'group',
  'participants',
  'topic',
  'last_message',
  'last_message.sender',
  'last_message.author',
  'last_message.resource',
  'last_message.attachments',
  'last_message.attachments.resource',
] as const;

const messageIncludes = [
  'sender',
  'author',
  'resource',
  'attachments',
  'attachments.resource',
  'conversation',
  'conversation.participants',
  'conversation.last_message',
  'reply_to',
  'reply_to.sender',
  'reply_to.author',
  'reply_to.attachments',
  'agent_run',
] as const;

/** The sub-objects that an answer expands; a nested one brings its parent. */
export type Includes = ReadonlySet<string>;

/** The includes of a nested object. */
export const within = (includes: Includes, parent: string): Includes =>
  new Set([...includes].filter((name) => name.startsWith(`${parent}.`)).map((name) => name.slice(parent.length + 1)));

/** One spelling of the includes. API Gateway joins by commas what a query repeats. */
const includeField = (allowed: readonly string[]) =>
  z
    .optional(
      z.pipe(
        z.string(),
        z.transform((value): Includes => {
          const names = value.split(',').map((name) => name.trim());
          const asked = names.filter((name) => name !== '');
          const wrong = asked.find((name) => !allowed.includes(name));
          if (wrong !== undefined) {
            const message = `Invalid include value '${wrong}'. Allowed values: ${allowed.join(', ')}.`;
            throw new InvalidRequest(message, { parameter: 'include[]' });
          }
          return new Set(
            asked.flatMap((name) => name.split('.').map((_, n, steps) => steps.slice(0, n + 1).join('.'))),
          );
        }),
      ),
    )
    .check(z.meta({ description: `Sub-objects to expand, separated by commas: ${allowed.join(', ')}` }));

const includeFields = (allowed: readonly string[]) => ({
  'include[]': includeField(allowed),
  include: includeField(allowed),
});

/** `include[]=a&include[]=b` or `include=a,b`: what the two spellings ask for together. */
export const includesOf = (query: { 'include[]'?: Includes | undefined; include?: Includes | undefined }): Includes =>
  new Set([...(query['include[]'] ?? []), ...(query.include ?? [])]);

export const conversationInclude = includeFields(conversationIncludes);
export const messageInclude = includeFields(messageIncludes);

export const messageStatuses = ['draft', 'scheduled', 'sent', 'canceled', 'rejected', 'failed', 'superseded'] as const;

/** A conversation's id in a path, as the id that it has everywhere else. What can't be one is found nowhere. */
export const augnoId = z.pipe(
  z.string(),
  z.transform((id) => conversationId('augno', isOpaqueId(id) ? id : '')),
);
