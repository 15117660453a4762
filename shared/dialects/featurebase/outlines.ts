import * as z from 'zod/mini';
import { isOpaqueId } from '../../conversations/ids.ts';
import { identity, type Outline } from './divide.ts';

/**
 * What stays of Featurebase's documents: only what is named here, and only where the value is of the kind
 * that is named, so that no text can hide in it. Nothing is refused for it: what does not fit is content,
 * like the unknown fields of a newer version.
 */
const id = z.union([z.string().check(z.refine(isOpaqueId)), z.int()]);
const time = z.iso.datetime({ offset: true });
const flag = z.boolean();
const number = z.number();
// BCP 47: language, script and region; a private extension could spell out anything.
const language = z.string().check(z.regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|\d{3}))?$/));
const channel = z.enum(['unknown', 'desktop', 'android', 'ios', 'email', 'slack']);
const state = z.enum(['open', 'closed', 'snoozed']);
const userType = z.enum(['customer', 'lead', 'admin', 'bot', 'guest', 'integration']);
/** The type of a part, known or not. */
export const partType = z.string().check(z.regex(/^[a-z][a-z_]{0,31}$/, 'must be a lower-case word'));

const participant = { id, type: userType };
const author = { ...participant, name: identity, email: identity, profilePicture: identity };
const actor = {
  id,
  type: z.enum(['admin', 'customer', 'lead', 'bot', 'integration', 'system', 'workflow']),
  name: identity,
};
const slack = { channelId: id, teamId: id, threadTs: id, messageTs: id };
const tag = { id, type: z.literal('tag') };

const csat = {
  requestId: id,
  requestSource: z.literal('workflow'),
  channel,
  status: z.enum(['pending', 'rated', 'canceled', 'expired']),
  score: number,
  isLatestEffective: flag,
  requestedAt: time,
  ratedAt: time,
  canceledAt: time,
  expiredAt: time,
  lastUpdatedAt: time,
  changeLockWindowEndsAt: time,
  lateSubmitWindowEndsAt: time,
  ratedAgent: { type: z.enum(['teammate', 'fibi', 'chatbot']), id },
  workflow: { workflowId: id, workflowActionId: id, workflowRunId: id, workflowStepId: id },
  emailDelivery: { status: z.enum(['pending', 'sent', 'failed']), sentAt: time, failedAt: time },
  slackDelivery: {
    ...slack,
    status: z.enum(['pending', 'posted', 'failed']),
    postedAt: time,
    failedAt: time,
  },
} satisfies Outline;

/** The types that Featurebase lets be redacted: what people and bots write to each other. */
export const messageTypes: ReadonlySet<string> = new Set(['user_msg', 'admin_msg', 'email_msg', 'bot_msg']);

/** The types that have a `redacted` flag, and say so when a redaction of the whole conversation covers them. */
export const flaggedTypes: ReadonlySet<string> = new Set([
  ...messageTypes,
  'admin_note',
  'quick_reply_opts',
  'quick_reply_resp',
  'attr_prompt',
]);

/** The message that began the conversation. */
export const sourceOutline = {
  channel,
  deliveredAs: z.enum(['customer_initiated', 'admin_initiated']),
  author,
  slack,
} satisfies Outline;

/** All 17 types of part: their fields do not contradict each other, and an unknown type has the common ones. */
export const partOutline = {
  object: z.literal('conversation_part'),
  id,
  partType,
  createdAt: time,
  updatedAt: time,
  // Messages, notes, quick replies and prompts.
  author,
  redacted: flag,
  channel,
  slack,
  tagApplications: [{ tagId: id, appliedAt: time, removedAt: time, appliedBy: actor, removedBy: actor, tag }],
  replyOptions: [{ id }],
  selectedOptionId: id,
  form: {
    id,
    attributes: [
      {
        type: z.enum(['string', 'text', 'number', 'boolean', 'checkbox', 'date', 'select', 'multi-select']),
      },
    ],
  },
  // Events.
  csat,
  adminAssigneeId: id,
  adminAssignerId: id,
  teamAssigneeId: id,
  status: state,
  snoozedUntil: time,
  action: z.enum(['added', 'removed']),
  tagId: id,
  occurredAt: time,
  actor,
  targetPartId: id,
  workflowWait: {
    eventType: z.enum(['started', 'finished', 'interrupted']),
    occurredAt: time,
    interruptedByUserType: z.enum(['admin', 'customer', 'lead']),
    workflowId: id,
  },
  isPriority: flag,
  participant,
} satisfies Outline;

/** The conversation without its source and its parts. */
export const conversationOutline = {
  object: z.literal('conversation'),
  id,
  state,
  isBlocked: flag,
  priority: flag,
  prioritySetAt: time,
  adminAssigneeId: id,
  teamAssigneeId: id,
  brandId: id,
  userPreferredLanguage: language,
  hasAdminOverriddenLanguage: flag,
  participants: [participant],
  tags: [tag],
  botConversationState: z.enum(['active', 'handed_off_to_human', 'resolved']),
  botConversationStateLastUpdatedAt: time,
  disableCustomerReply: flag,
  awaitingCustomerReply: flag,
  lastActivityAt: time,
  waitingSince: time,
  snoozedUntil: time,
  createdAt: time,
  updatedAt: time,
  readReceipts: [{ id, userType: z.enum(['admin', 'customer', 'lead']), lastReadPartId: id }],
  csatSummary: csat,
  csatHistory: [csat],
  csatDebug: csat,
} satisfies Outline;
