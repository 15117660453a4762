import { randomInt } from 'node:crypto';

/** Documents as Featurebase's reads return them, with a canary in every place that content can stand. */

export type Fields = Record<string, any>;

export const ada = {
  id: '676f0f6765bdaa7d7d760f88',
  type: 'customer',
  name: 'Ada Brandt',
  email: 'ada@example.com',
  profilePicture: 'https://cdn.example.com/ada.png?signature=1',
};
export const noor = { id: '507f1f77bcf86cd799439011', type: 'admin', name: 'Noor Haddad', profilePicture: null };
const team = '507f1f77bcf86cd799439012';
const noorActs = { id: noor.id, type: 'admin', name: noor.name };
const tagId = '67ec1234abcd5678ef901234';

/** A short id that no other test uses. */
export const freshShortId = () => String(randomInt(1_000_000, 2 ** 47));

const at = (minute: number) => new Date(Date.parse('2026-01-15T10:30:00.000Z') + minute * 60_000).toISOString();

export const part = (id: string | number, partType: string, fields: Fields = {}): Fields => ({
  object: 'conversation_part',
  id,
  partType,
  ...fields,
  createdAt: at(Number(id) || 0),
  updatedAt: at(Number(id) || 0),
});

const body = (text: string) => ({
  bodyHtml: `<p>${text} <img src="https://files.example.com/${text}.png?signature=canary-signed"></p>`,
  bodyMarkdown: text,
});

/** A message of one of the four types that Featurebase lets be redacted. */
export const message = (id: string | number, partType = 'user_msg', fields: Fields = {}): Fields =>
  part(id, partType, {
    ...body(`canary-body-${id}`),
    author: partType === 'user_msg' ? ada : noor,
    channel: partType === 'email_msg' ? 'email' : 'desktop',
    redacted: false,
    ...fields,
  });

const csat = {
  requestId: '6790aa0065bdaa7d7d760f01',
  requestSource: 'workflow',
  channel: 'email',
  requestedAt: at(8),
  ratedAgent: { type: 'teammate', id: noor.id },
  workflow: { workflowId: '6790aa0065bdaa7d7d760f02', workflowRunId: '6790aa0065bdaa7d7d760f03' },
};
const rated = { ...csat, status: 'rated', ratedAt: at(9), score: 2, remark: 'canary-remark' };
const tagApplication = {
  tagId,
  appliedAt: at(1),
  appliedBy: noorActs,
  removedAt: null,
  tag: { id: tagId, name: 'canary-tag', type: 'tag' },
};

/** One part of each of the 17 types, ids from 1 on, and one of a type that is not known. */
export const everyPart: readonly Fields[] = [
  message(1, 'user_msg', { tagApplications: [tagApplication], slack: { channelId: 'C024', messageTs: '1768.0001' } }),
  message(2, 'admin_msg'),
  message(3, 'email_msg', { bodyMarkdown: null }),
  message(4, 'bot_msg', { author: { id: null, type: 'bot', name: 'canary-bot' } }),
  part(5, 'admin_note', { ...body('canary-note'), author: noor, redacted: false }),
  part(6, 'quick_reply_opts', {
    replyOptions: [
      { id: 'opt_1', text: 'canary-option-1' },
      { id: 'opt_2', text: 'canary-option-2' },
    ],
    author: null,
  }),
  part(7, 'quick_reply_resp', { ...body('canary-answer'), selectedOptionId: 'opt_2', author: ada, redacted: false }),
  part(8, 'rating_requested', { csat: { ...csat, status: 'pending', expiredAt: at(99) } }),
  part(9, 'rating_submitted', { csat: rated }),
  part(10, 'attr_prompt', {
    form: {
      id: '6790aa0065bdaa7d7d760f04',
      attributes: [{ identifier: 'canary-identifier', name: 'canary-attribute', type: 'text' }],
    },
    author: noor,
  }),
  part(11, 'attr_complete'),
  part(12, 'assign', { adminAssigneeId: noor.id, adminAssignerId: null, teamAssigneeId: team }),
  part(13, 'status', { status: 'snoozed', snoozedUntil: at(99) }),
  part(14, 'tags', {
    action: 'added',
    tagId,
    tagName: 'canary-tag-name',
    occurredAt: at(14),
    actor: { id: null, type: 'workflow', name: 'canary-flow' },
    targetPartId: '1',
  }),
  part(15, 'workflow_wait', {
    workflowWait: {
      eventType: 'interrupted',
      occurredAt: at(15),
      interruptedByUserType: 'customer',
      workflowId: '6790aa0065bdaa7d7d760f02',
      waitLabel: 'canary-label',
      workflowName: 'canary-workflow',
    },
  }),
  part(16, 'priority', { isPriority: true }),
  part(17, 'part_add', { participant: { id: ada.id, type: 'customer' } }),
  part(18, 'voice_call', { author: noor, transcript: ['canary-transcript'], seconds: 31, channel: 'canary-channel' }),
];

/** A conversation with those parts under an id of its own. */
export const conversation = (parts: readonly Fields[], fields: Fields = {}): Fields => ({
  object: 'conversation',
  id: freshShortId(),
  title: 'canary-title',
  state: 'open',
  isBlocked: false,
  priority: true,
  prioritySetAt: at(16),
  adminAssigneeId: noor.id,
  teamAssigneeId: null,
  brandId: null,
  userPreferredLanguage: 'en',
  hasAdminOverriddenLanguage: false,
  source: {
    channel: 'email',
    deliveredAs: 'customer_initiated',
    subject: 'canary-subject',
    ...body('canary-source'),
    author: { type: 'customer', id: ada.id },
    url: 'https://example.com/pricing?canary-url',
  },
  participants: [
    { id: ada.id, type: 'customer' },
    { id: noor.id, type: 'admin' },
  ],
  tags: [{ id: tagId, name: 'canary-tag', type: 'tag' }],
  botConversationState: 'handed_off_to_human',
  botConversationStateLastUpdatedAt: at(4),
  awaitingCustomerReply: true,
  lastActivityAt: at(18),
  waitingSince: null,
  snoozedUntil: null,
  createdAt: at(0),
  updatedAt: at(18),
  readReceipts: [{ id: noor.id, userType: 'admin', lastReadPartId: '8' }],
  customAttributes: { '6790aa': 'canary-attribute-value' },
  customAttributeValues: [{ id: '6790aa', dataType: 'string', name: 'Plan', value: 'canary-attribute-value' }],
  csatSummary: { ...rated, lastUpdatedAt: at(9) },
  csatHistory: [{ ...rated, isLatestEffective: true, lastUpdatedAt: at(9) }],
  csatDebug: {
    requestId: csat.requestId,
    status: 'rated',
    emailDelivery: { status: 'failed', failedAt: at(8), failureReason: 'canary-reason', messageId: '<canary@mail>' },
  },
  conversationParts: [...parts],
  ...fields,
});

/** A conversation of that many messages, by turns of a customer and an admin, ids from 1 on. */
export const messagesOf = (count: number, fields: Fields = {}): Fields =>
  conversation(
    Array.from({ length: count }, (_, n) => message(String(n + 1), n % 2 === 0 ? 'user_msg' : 'admin_msg')),
    fields,
  );
