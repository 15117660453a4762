import { redact } from '../../../shared/redactions/redact.ts';
import { redactPart, type RedactPartCommand } from '../../../shared/redactions/redact-part.ts';
import type { RedactionReceipt, RequestKey } from '../../../shared/redactions/redaction.ts';

type Stores = Parameters<typeof redactPart>[0];

/**
 * Redacts one message. A repeat succeeds and leaves the message as the first redaction did, its time too:
 * where nothing is left to erase, the ledger gets an entry that covers no cell.
 */
export const redactMessage =
  (stores: Stores) =>
  async (command: RedactPartCommand, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    const { partId, redactable, ...rest } = command;
    const { tenantId } = command.caller;
    const { conversationId } = command;
    const part = await stores.parts.read(tenantId, conversationId, partId);
    if (part?.redactedAt === undefined || !redactable(part)) return redactPart(stores)(command, requestKey);
    const run = { from: part.sequence, through: part.sequence };
    const holding = await stores.erasures.countHolding(tenantId, conversationId, run, true);
    if (holding > 0) return redactPart(stores)(command, requestKey);
    return redact(stores)({ ...rest, scope: { kind: 'parts', partIds: [partId] }, sequences: [] }, requestKey);
  };
