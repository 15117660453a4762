import type { RedactionReceipt } from '../redactions/redaction.ts';
import type { Outcome } from './idempotent.ts';

/** Marks the answer of an operation that had taken effect before. */
export const replayHeaders = ({ replayed }: { replayed: boolean }): Record<string, string> =>
  replayed ? { 'idempotent-replayed': 'true' } : {};

/** What every redacting answer says of its redaction, in every dialect: which it is, how far it is, where to look. */
export const redactionHeaders = ({ receipt, replayed }: Outcome<RedactionReceipt>): Record<string, string> => {
  const { redactionId, conversationId, state } = receipt;
  return {
    'redaction-id': redactionId,
    'redaction-state': state,
    link: `</v1/conversations/${encodeURIComponent(conversationId)}/redactions/${redactionId}>; rel="monitor"`,
    ...replayHeaders({ replayed }),
  };
};
