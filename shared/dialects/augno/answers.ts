import * as z from 'zod';

/** What Augno answers, for the API document: every key is there, and null where it is not expanded. */

const time = z.iso.datetime();
const listOf = <T extends z.ZodType>(item: T) =>
  z.object({
    object: z.literal('list'),
    page_info: z.object({
      next_page_url: z.string().nullable(),
      previous_page_url: z.string().nullable(),
      has_next_page: z.boolean(),
      has_prev_page: z.boolean(),
    }),
    data: z.array(item),
  });

const actor = z
  .looseObject({
    id: z.string(),
    object: z.literal('actor').optional(),
    type: z.string().optional(),
    name: z.string().nullable().optional(),
    handle: z.string().nullable().optional(),
    avatar_url: z.string().nullable().optional(),
  })
  .meta({ id: 'AugnoActor' });

const expandable = z.looseObject({}).nullable();

const message = z
  .looseObject({
    id: z.string(),
    object: z.literal('chat_message'),
    kind: z.string(),
    status: z.string(),
    visibility: z.string(),
    conversation: expandable,
    sequence: z.int().nullable(),
    body: z.string().nullable().meta({ description: 'null once the conversation is redacted' }),
    subject: z.string().nullable(),
    sender: actor.nullable(),
    author: actor.nullable(),
    attachments: listOf(z.looseObject({})).nullable(),
    reply_to: expandable,
    resource: expandable,
    channel: z.string(),
    scheduled_at: time.nullable(),
    agent_run: expandable,
    streaming_state: z.string().nullable(),
    client_message_id: z.string().nullable(),
    edited_at: time.nullable(),
    deleted_at: time.nullable(),
    created_at: time.nullable(),
    updated_at: time.nullable(),
  })
  .meta({ id: 'AugnoMessage' });

export const conversationAnswer = z
  .looseObject({
    id: z.string(),
    object: z.literal('conversation'),
    type: z.string(),
    audience: z.string(),
    title: z.string().nullable(),
    workflow_status: z.string().nullable(),
    group: expandable,
    status: z.string(),
    legal_hold: z.enum(['released', 'held']),
    assignee: actor.nullable(),
    participants: listOf(z.looseObject({ id: z.string(), actor: z.null() })).nullable(),
    topic: expandable,
    unread: z.int(),
    last_message_at: time.nullable(),
    last_message: message.nullable(),
    created_at: time.nullable(),
    updated_at: time.nullable(),
  })
  .meta({ id: 'AugnoConversation' });

export const messageListAnswer = listOf(message).meta({ id: 'AugnoMessageList' });

export const errorAnswer = z
  .strictObject({
    error: z.strictObject({
      code: z.string(),
      type: z.enum(['invalid_request_error', 'api_error', 'idempotency_error']),
      message: z.string(),
      param: z.string().nullable(),
      doc_url: z.string(),
      is_transient: z.boolean(),
      quota: z.null(),
      request_log_url: z.null(),
    }),
  })
  .meta({ id: 'AugnoError' });
