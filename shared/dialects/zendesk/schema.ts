import * as z from 'zod/mini';
import type { Json } from '../../conversations/conversation.ts';
import { externalId } from '../../conversations/external-id.ts';
import { conversationId, isOpaqueId } from '../../conversations/ids.ts';
import { listOf } from '../../list-of.ts';
import { partList } from '../part-list.ts';
import type { Shape } from './skeleton.ts';

/**
 * What stays of a ticket and its audits. The lists are of what is allowed: a field that is not named, or
 * does not hold what it should, is content, whatever it is.
 */
const whole = z.int();
const flag = z.boolean();
const time = z.iso.datetime({ offset: true });
const word = z.string().check(z.regex(/^[a-z][a-z_-]{0,31}$/));
// Such as `ios` and `zd:agentWorkspace`.
const sourceType = z.string().check(z.regex(/^[A-Za-z][A-Za-z:_-]{0,31}$/));
const typeName = z.string().check(z.regex(/^[A-Z][A-Za-z]{0,47}$/));
const ids = listOf(whole).check(z.minLength(1));

/** A number of Zendesk's, as a number or as text. */
const numericId = z.union([
  z.int().check(z.positive()),
  z.string().check(z.regex(/^[1-9]\d{0,18}$/, 'must be a whole number')),
]);

/** The id of a chat. Parts are named `chat:<chat id>:<place>`, so it has no colon. */
export const chatId = z
  .string()
  .check(z.refine((id) => isOpaqueId(id) && /^[^:]{1,128}$/.test(id), 'must be an id of a chat'));
/** The id of a message in a conversation's history. */
export const messageId = z.string().check(z.regex(/^[0-9a-f]{24}$/i, 'must be 24 hexadecimal digits'));

const via: Shape = { stays: { channel: z.union([word, whole]) } };

/** The fields of these names, each of which must be that. */
const each = (names: string, schema: z.ZodMiniType) =>
  Object.fromEntries(names.split(/\s+/).map((name): [string, z.ZodMiniType] => [name, schema]));

const ticket: Shape = {
  stays: {
    id: numericId,
    url: z.string().check(z.regex(/^https:\/\/[a-z0-9-]{1,63}\.zendesk\.com\/api\/v2\/tickets\/\d{1,19}\.json$/)),
    type: z.enum(['problem', 'incident', 'question', 'task']),
    priority: z.enum(['low', 'normal', 'high', 'urgent']),
    status: z.enum(['new', 'open', 'pending', 'hold', 'solved', 'closed', 'deleted']),
    generated_timestamp: whole,
    ...each('created_at updated_at due_at', time),
    ...each('requester_id submitter_id assignee_id organization_id group_id forum_topic_id problem_id', whole),
    ...each('ticket_form_id brand_id custom_status_id', whole),
    ...each('collaborator_ids follower_ids email_cc_ids followup_ids sharing_agreement_ids', ids),
    ...each('has_incidents is_public allow_channelback allow_attachments from_messaging_channel', flag),
  },
  within: { via, satisfaction_rating: { stays: { id: whole, score: word } } },
};

/** The ticket stands at `ticket`, and the audits are parts of their own. */
export const ticketDocument: Shape = { stays: {}, within: { ticket } };

const chatValue: Shape = {
  stays: { visitor_id: externalId, chat_id: chatId, conversation_id: externalId, channel: word, is_served: flag },
};

const plainEvent: Shape = {
  stays: {
    id: numericId,
    type: typeName,
    author_id: whole,
    audit_id: whole,
    comment_id: whole,
    attachment_id: whole,
    public: flag,
    field_name: z.string().check(z.regex(/^(?:[a-z][a-z_]{0,47}|\d{1,19})$/)),
  },
  within: { via },
};
const chatEvent: Shape = { ...plainEvent, within: { via, value: chatValue } };

const event = ({ type }: Json): Shape =>
  type === 'ChatStartedEvent' || type === 'ChatEndedEvent' ? chatEvent : plainEvent;

export const audit: Shape = {
  stays: { id: numericId, ticket_id: whole, created_at: time, author_id: whole },
  within: { via, events: event },
};

const actorId = z.union([whole, externalId]);

export const historyEntry = {
  stays: {
    type: typeName,
    chat_index: whole.check(z.nonnegative()),
    message_id: messageId,
    actor_id: actorId,
    actor_type: word,
    timestamp: z.union([whole, time]),
  },
  names: { by: 'actor_id', fields: ['actor_name', 'actor_avatar_url'] },
  within: {
    original_message: {
      stays: { id: externalId, received: z.union([whole, time]) },
      within: {
        author: {
          stays: { type: word, user_id: externalId },
          names: { by: 'user_id', fields: ['display_name', 'avatar_url'] },
        },
        source: { stays: { type: sourceType } },
      },
    },
  },
} satisfies Shape;

const startedWithId = z.looseObject({ type: z.optional(z.unknown()), id: z.optional(z.unknown()) }).check(
  z.refine(({ type, id }) => type !== 'ChatStartedEvent' || numericId.safeParse(id).success, {
    path: ['id'],
    message: 'must be a whole number',
  }),
);

/** An audit: what an append takes, and what an import has a list of. */
export const auditDocument = z
  .looseObject({ id: z.optional(numericId), events: z.nullish(listOf(startedWithId)) })
  .check(
    z.refine(({ id, events }) => id !== undefined || numericId.safeParse(events?.[0]?.id).success, {
      path: ['id'],
      message: 'is required, on the audit or on its first event',
    }),
  );

/** What an import takes: a ticket and its audits, as Zendesk's two reads return them. */
export const importDocument = z.looseObject({
  ticket: z.looseObject({ id: numericId }),
  audits: z.nullish(partList(auditDocument)),
});

/** A ticket's id in a path, with or without `.json`. What can't be one is found nowhere. */
export const ticketIdInPath = z.pipe(
  z.string(),
  z.transform((step) => {
    const id = step.replace(/\.json$/, '');
    return conversationId('zendesk', numericId.safeParse(id).success ? id : '');
  }),
);
