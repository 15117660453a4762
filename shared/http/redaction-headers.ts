import type { Ledger } from '../redactions/ledger.ts';
import type { RedactionReceipt } from '../redactions/redaction.ts';
import type { Outcome } from './idempotent.ts';

/** Marks the answer of an operation that had taken effect before. */
export const replayHeaders = ({ replayed }: { replayed: boolean }): Record<string, string> =>
  replayed ? { 'idempotent-replayed': 'true' } : {};

/** What every redacting answer says of its redaction, in every dialect: which it is, how far it is, where to look. */
export const redactionHeaders = async (
  ledger: Ledger,
  { tenantId }: { tenantId: string },
  { receipt, replayed }: Outcome<RedactionReceipt>,
): Promise<Record<string, string>> => {
  const { redactionId, conversationId, state } = receipt;
  // The receipt of a replay is as old as its record; what was not completed then may be now.
  const stale = replayed && state !== 'completed';
  const { state: current } = stale ? await ledger.read({ tenantId, conversationId, id: redactionId }) : receipt;
  return {
    'redaction-id': redactionId,
    'redaction-state': current,
    link: `</v1/conversations/${encodeURIComponent(conversationId)}/redactions/${redactionId}>; rel="monitor"`,
    ...replayHeaders({ replayed }),
  };
};
