import type { ErasureStore } from '../conversations/cell-erasure.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { IdempotencyKeyReused, LegalHold, PartChanged } from '../errors.ts';
import { accept, type Accepted, recoverAcceptance } from './accept.ts';
import { erase } from './erase.ts';
import type { Ledger } from './ledger.ts';
import {
  idempotencyKeyLifetime,
  type Redaction,
  type RedactionReceipt,
  receiptOf,
  redactionIdOf,
  type RequestKey,
  type Scope,
  watermarkOf,
} from './redaction.ts';
import { settle } from './settle.ts';

export interface RedactionStores {
  guards: GuardStore;
  erasures: ErasureStore;
  ledger: Ledger;
  now: () => number;
}

export interface RedactCommand {
  caller: { tenantId: string; keyId: string };
  conversationId: string;
  scope: Scope;
  /** The sequences of the parts that the scope names, if it does. */
  sequences?: number[] | undefined;
  reason?: string | undefined;
  /** On whose behalf the caller says that it acts, e.g. `admin:507f1f77bcf86cd799439011`: an id, for the ledger. */
  actingAs?: string | undefined;
}

const eraseOrRefuse = async (stores: RedactionStores, { redaction, guard }: Accepted) => {
  try {
    return await erase(stores)(redaction, guard);
  } catch (error) {
    // Nothing of it was done and nothing can be: the spans belong to a text that is gone.
    if (error instanceof PartChanged) await stores.ledger.refuse(redaction);
    throw error;
  }
};

/** Erase and settle an accepted redaction, from wherever it stopped. */
const finish =
  (stores: RedactionStores) =>
  async (accepted: Accepted): Promise<Redaction> => {
    const { redaction } = accepted;
    const erased = await eraseOrRefuse(stores, accepted);
    if (erased !== 'halted') return settle(stores)(redaction, erased);
    return redaction.state === 'halted' ? redaction : stores.ledger.halt(redaction);
  };

/**
 * Goes on with an entry that is not settled. `unaccepted` says what becomes of one that the guard never
 * accepted: a caller who asks again with the same key wants it, nobody else does. Named parts are finished
 * either way: they leave no trace on the guard, and what they cover can't have grown.
 */
export const resumeRedaction =
  (stores: RedactionStores, unaccepted: 'accept' | 'refuse') =>
  async (redaction: Redaction): Promise<Redaction> => {
    if (redaction.state === 'completed' || redaction.state === 'refused') return redaction;
    if (redaction.state !== 'requested') return finish(stores)({ redaction });
    const recovered = await recoverAcceptance(stores)(redaction);
    if (recovered) return finish(stores)(recovered);
    if (unaccepted === 'refuse' && watermarkOf(redaction.scope)) return stores.ledger.refuse(redaction);
    return finish(stores)(await accept(stores)(redaction));
  };

const targetOf = (scope: Scope) => [scope.kind, ...('partIds' in scope ? scope.partIds : [])].join();

/**
 * The walk of every redaction: request, accept, erase, settle. The receipt says how far it came: `halted`
 * if a legal hold was placed while it ran. Throws ConversationNotFound and LegalHold with nothing changed.
 */
export const redact =
  (stores: RedactionStores) =>
  async (command: RedactCommand, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    const { caller, conversationId, scope, sequences, reason, actingAs } = command;
    const { tenantId, keyId } = caller;
    const { guards, ledger, now } = stores;
    const guard = await guards.read(tenantId, conversationId);
    const entry: Redaction = {
      id: redactionIdOf(tenantId, conversationId, requestKey),
      tenantId,
      conversationId,
      scope,
      state: 'requested',
      actor: keyId,
      actingAs,
      reason,
      requestedAt: now(),
      requestedThrough: guard.nextSequence - 1,
      sequences,
    };
    if (guard.held) throw new LegalHold();
    if (await ledger.request(entry)) return receiptOf(await finish(stores)(await accept(stores)(entry)));

    const earlier = await ledger.read(entry);
    // The record of this key is gone by now, and its redaction must not answer for what came after it.
    if (requestKey && now() - earlier.requestedAt > idempotencyKeyLifetime)
      throw new IdempotencyKeyReused(requestKey.key);
    // A failed attempt frees the record but not the entry, which must not answer for another target.
    if (requestKey && targetOf(earlier.scope) !== targetOf(scope)) throw new IdempotencyKeyReused(requestKey.key);
    return receiptOf(await resumeRedaction(stores, 'accept')(earlier));
  };
