import type { GuardStore } from '../conversations/guard.ts';
import { LegalHold, PartChanged, WriterAtWork } from '../errors.ts';
import { record } from '../metrics.ts';
import { accept, type Accepted, recoverAcceptance } from './accept.ts';
import { isChunked } from './chunks.ts';
import { countErased, countNamed, type Erasers, eraseNamed, eraseRun, eraseText } from './erase.ts';
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

/**
 * What a hold that was placed since the acceptance makes of a redaction. One that a watermark masks, or whose parts are gone already, waits
 * for the release. Other named parts are still readable, so it is refused as if the hold had come first; what was erased of
 * it before is counted. Throws LegalHold then.
 */
const stopUnderHold = async ({ erasures, ledger }: RedactionStores, redaction: Redaction): Promise<Redaction> => {
  if (redaction.state === 'halted') return redaction;
  if (watermarkOf(redaction.scope) || (await countNamed(erasures)(redaction)) === 0) return ledger.halt(redaction);
  const refused = await ledger.refuse(redaction, await countErased(erasures)(redaction));
  // Another process may have completed it, from an acceptance before the hold.
  if (refused.state !== 'refused') return refused;
  record('refusedByHold');
  throw new LegalHold();
};

/** Erases and settles an accepted redaction, from wherever it stopped, or has the workflow do it if it is large. */
export const carryOut =
  (stores: RedactionStores) =>
  async ({ redaction, guard: known }: Accepted): Promise<Redaction> => {
    const { tenantId, conversationId, acceptedAt } = redaction;
    const { guards, ledger, workflow } = stores;
    // Another process may have come to the end of it meanwhile, or have taken it over.
    if (isSettled(redaction) || acceptedAt === undefined) return redaction;
    const guard = known ?? (await guards.read(tenantId, conversationId));
    if (guard.held) return stopUnderHold(stores, redaction);
    if (!isChunked(redaction)) return eraseHere(stores, { redaction, guard });
    if (!workflow || (await workflow.start(redaction))) return redaction;
    const next = await ledger.nextExecution(redaction);
    if (next) await workflow.start(next);
    return redaction;
  };

/**
 * Goes on with an entry that nobody settled and whose request is dead. What the guard never accepted is refused, once the guard is
 * closed to an acceptance that is still under way. Named parts are finished: they leave no trace on the guard, and what they
 * cover can't have grown.
 */
export const resumeRedaction =
  (stores: RedactionStores) =>
  async (redaction: Redaction): Promise<Redaction> => {
    if (isSettled(redaction)) return redaction;
    if (redaction.state !== 'requested') return carryOut(stores)({ redaction });
    if (!watermarkOf(redaction.scope)) return carryOut(stores)(await accept(stores)(redaction));
    const { seen, accepted } = await recoverAcceptance(stores)(redaction);
    if (accepted) return carryOut(stores)(accepted);
    if (await stores.guards.close(redaction.tenantId, redaction.conversationId, seen))
      return stores.ledger.refuse(redaction);
    // Another decision came first, which may have been its own acceptance.
    return resumeRedaction(stores)(redaction);
  };
