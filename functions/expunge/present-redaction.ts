import type { Json } from '../../shared/conversations/conversation.ts';
import type { Redaction } from '../../shared/redactions/redaction.ts';

const iso = (milliseconds: number | undefined) =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();

/** A ledger entry as the API shows it. */
export const presentRedaction = (redaction: Redaction): Json => ({
  object: 'redaction',
  id: redaction.id,
  conversationId: redaction.conversationId,
  state: redaction.state,
  scope: redaction.scope.kind,
  parts: 'partIds' in redaction.scope ? redaction.scope.partIds : null,
  reason: redaction.reason ?? null,
  actor: redaction.actor,
  actingAs: redaction.actingAs ?? null,
  requestedAt: iso(redaction.requestedAt),
  acceptedAt: iso(redaction.acceptedAt),
  completedAt: iso(redaction.completedAt),
  erasedCells: redaction.cells ?? null,
  verified: redaction.verified ?? false,
});
