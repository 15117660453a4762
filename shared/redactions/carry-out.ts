import type { GuardStore } from '../conversations/guard.ts';
import { PartChanged, WriterAtWork } from '../errors.ts';
import { accept, type Accepted, recoverAcceptance } from './accept.ts';
import { isChunked } from './chunks.ts';
import { type Erasers, eraseNamed, eraseRun, eraseText } from './erase.ts';
import type { Ledger } from './ledger.ts';
import { isSettled, type Redaction, watermarkOf } from './redaction.ts';
import { settle } from './settle.ts';
import type { Workflow } from './workflow.ts';

export interface RedactionStores extends Erasers {
  guards: GuardStore;
  ledger: Ledger;
  now: () => number;
  /** Erases what is too large for a request. Whoever redacts named parts alone needs none. */
  workflow?: Workflow;
}

const eraseHere = async (stores: RedactionStores, { redaction, guard }: Required<Accepted>): Promise<Redaction> => {
  const { erasures, ledger } = stores;
  try {
    await eraseText(erasures)(redaction);
    await eraseNamed(stores)(redaction, guard);
    if (redaction.run) await eraseRun(stores)(redaction, redaction.run, guard);
  } catch (error) {
    // It is accepted, and erased but for what that writer may still bring: erasure/resume ends it a minute later.
    if (error instanceof WriterAtWork) return redaction;
    // Nothing of it was done and nothing can be: the spans belong to a text that is gone.
    if (error instanceof PartChanged) await ledger.refuse(redaction);
    throw error;
  }
  return settle(stores)(redaction);
};

/** Erases and settles an accepted redaction, from wherever it stopped, or has the workflow do it if it is large. */
export const carryOut =
  (stores: RedactionStores) =>
  async ({ redaction, guard: known }: Accepted): Promise<Redaction> => {
    const { tenantId, conversationId } = redaction;
    const { guards, ledger, workflow } = stores;
    // Another attempt may have come to the end of it meanwhile.
    if (isSettled(redaction)) return redaction;
    const guard = known ?? (await guards.read(tenantId, conversationId));
    if (guard.held) return redaction.state === 'halted' ? redaction : ledger.halt(redaction);
    if (!isChunked(redaction)) return eraseHere(stores, { redaction, guard });
    if (!workflow || (await workflow.start(redaction))) return redaction;
    const next = await ledger.nextExecution(redaction);
    if (next) await workflow.start(next);
    return redaction;
  };

/**
 * Goes on with an entry that is not settled. `unaccepted` says what becomes of one that the guard never
 * accepted: a caller who asks again with the same key wants it, nobody else does. Named parts are finished
 * either way: they leave no trace on the guard, and what they cover can't have grown.
 */
export const resumeRedaction =
  (stores: RedactionStores, unaccepted: 'accept' | 'refuse') =>
  async (redaction: Redaction): Promise<Redaction> => {
    if (isSettled(redaction)) return redaction;
    if (redaction.state !== 'requested') return carryOut(stores)({ redaction });
    const recovered = await recoverAcceptance(stores)(redaction);
    if (recovered) return carryOut(stores)(recovered);
    if (unaccepted === 'refuse' && watermarkOf(redaction.scope)) return stores.ledger.refuse(redaction);
    return carryOut(stores)(await accept(stores)(redaction));
  };
