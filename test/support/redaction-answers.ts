import type { ConversationPage, Redaction } from '../../scripts/redact/api.ts';

/** A redaction as the API shows it: a large one, half done. */
export const redactionOf = (fields: Partial<Redaction> = {}): Redaction => ({
  object: 'redaction',
  id: '0123456789abcdef0123456789abcdef',
  conversationId: 'augno:cv_1',
  state: 'erasing',
  scope: 'conversation',
  partIds: null,
  parts: 10_000,
  erased: null,
  chunks: { done: 2, total: 4 },
  reason: null,
  actor: 'key_0123456789ab',
  requestId: 'JKJaXmPLvHcESHA=',
  actingAs: null,
  requestedAt: '2026-11-02T09:00:00.000Z',
  acceptedAt: '2026-11-02T09:00:00.100Z',
  startedAt: '2026-11-02T09:00:01.000Z',
  completedAt: null,
  verified: false,
  failures: 0,
  lastFailure: null,
  ...fields,
});

/** A conversation of two parts, as the API shows it to the command. */
export const pageOf = (fields: Partial<ConversationPage> = {}): ConversationPage => ({
  legalHold: false,
  nextSequence: 2,
  changedAt: '2026-11-02T09:00:00.000Z',
  parts: [{ changedAt: '2026-11-02T09:05:00.000Z' }, { changedAt: null }],
  nextCursor: null,
  ...fields,
});

export const completed = redactionOf({
  state: 'completed',
  erased: 10_000,
  chunks: { done: 4, total: 4 },
  completedAt: '2026-11-02T09:03:20.000Z',
  verified: true,
});
