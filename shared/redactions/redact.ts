import { IdempotencyKeyReused, LegalHold } from '../errors.ts';
import { record } from '../metrics.ts';
import { accept } from './accept.ts';
import { carryOut, type RedactionStores, resumeRedaction } from './carry-out.ts';
import {
  idempotencyKeyLifetime,
  type Redaction,
  type RedactionReceipt,
  receiptOf,
  redactionIdOf,
  type Requester,
  type RequestKey,
  type Scope,
} from './redaction.ts';

export interface RedactCommand {
  caller: Requester;
  conversationId: string;
  scope: Scope;
  /** The sequences of the parts that the scope names, if it does. */
  sequences?: number[] | undefined;
  reason?: string | undefined;
  /** On whose behalf the caller says that it acts, e.g. `admin:507f1f77bcf86cd799439011`: an id, for the ledger. */
  actingAs?: string | undefined;
}

const targetOf = (scope: Scope) => [scope.kind, ...('partIds' in scope ? scope.partIds : [])].join();

/**
 * The walk of every redaction: request, accept, erase, settle. The receipt says how far it came: `erasing`
 * if it is large and the workflow goes on with it, `halted` if a legal hold was placed while it ran. Throws
 * ConversationNotFound and LegalHold with nothing changed.
 */
export const redact =
  (stores: RedactionStores) =>
  async (command: RedactCommand, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    const { caller, conversationId, scope, sequences, reason, actingAs } = command;
    const { tenantId, keyId, requestId } = caller;
    const { guards, ledger, now } = stores;
    const guard = await guards.read(tenantId, conversationId);
    const entry: Redaction = {
      id: redactionIdOf(tenantId, conversationId, requestKey),
      tenantId,
      conversationId,
      scope,
      state: 'requested',
      actor: keyId,
      requestId,
      actingAs,
      reason,
      requestedAt: now(),
      requestedThrough: guard.nextSequence - 1,
      sequences,
    };
    if (guard.held) {
      record('refusedByHold');
      throw new LegalHold();
    }
    if (await ledger.request(entry)) return receiptOf(await carryOut(stores)(await accept(stores)(entry)));

    const earlier = await ledger.read(entry);
    // The record of this key is gone by now, and its redaction must not answer for what came after it.
    if (requestKey && now() - earlier.requestedAt > idempotencyKeyLifetime)
      throw new IdempotencyKeyReused(requestKey.key);
    // A failed attempt frees the record but not the entry, which must not answer for another target.
    if (requestKey && targetOf(earlier.scope) !== targetOf(scope)) throw new IdempotencyKeyReused(requestKey.key);
    return receiptOf(await resumeRedaction(stores, 'accept')(earlier));
  };
