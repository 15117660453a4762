import type { Json } from '../../shared/conversations/conversation.ts';
import { cellsOf, isChunked, progressOf } from '../../shared/redactions/chunks.ts';
import { isSettled, type Redaction } from '../../shared/redactions/redaction.ts';

const iso = (milliseconds: number | undefined) =>
  milliseconds === undefined ? null : new Date(milliseconds).toISOString();

/** How many chunks of a large redaction are erased, of how many; one that runs inside its request has none. */
const chunksOf = (redaction: Redaction) => (isChunked(redaction) ? progressOf(redaction) : null);

/** How many parts it covers, the reserved ones included; unknown until it is accepted. */
const totalOf = ({ run, sequences = [], acceptedAt }: Redaction) =>
  acceptedAt === undefined ? null : sequences.length + (run ? cellsOf(run) : 0);

/** A ledger entry as the API shows it. */
export const presentRedaction = (redaction: Redaction): Json => ({
  object: 'redaction',
  id: redaction.id,
  conversationId: redaction.conversationId,
  state: redaction.state,
  scope: redaction.scope.kind,
  partIds: 'partIds' in redaction.scope ? redaction.scope.partIds : null,
  parts: totalOf(redaction),
  erased: isSettled(redaction) ? (redaction.cells ?? 0) : null,
  chunks: chunksOf(redaction),
  reason: redaction.reason ?? null,
  actor: redaction.actor,
  requestId: redaction.requestId ?? null,
  actingAs: redaction.actingAs ?? null,
  requestedAt: iso(redaction.requestedAt),
  acceptedAt: iso(redaction.acceptedAt),
  startedAt: iso(redaction.startedAt),
  completedAt: iso(redaction.completedAt),
  verified: redaction.verified ?? false,
  failures: redaction.failures ?? 0,
  lastFailure: redaction.lastFailure ? { error: redaction.lastFailure.error, at: iso(redaction.lastFailure.at) } : null,
});
