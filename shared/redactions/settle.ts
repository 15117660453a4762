import type { ErasureStore } from '../conversations/cell-erasure.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { cellsOf, isChunked, progressOf } from './chunks.ts';
import { countNamed, noneLeft } from './erase.ts';
import type { RedactionRef } from './ledger-entry.ts';
import type { Ledger } from './ledger.ts';
import { isSettled, type Redaction, type RedactionState, watermarkOf } from './redaction.ts';

/** What the workflow's own steps, planning and settling, need of the table. */
export interface StepStores {
  guards: GuardStore;
  erasures: ErasureStore;
  ledger: Ledger;
  now: () => number;
}

/**
 * Step three: completes the entry, but only if nothing in scope holds content any more. The cells of a run
 * were counted where they were erased, each chunk by itself; none of them can have got content since.
 */
export const settle =
  ({ guards, erasures, ledger, now }: StepStores) =>
  async (redaction: Redaction): Promise<Redaction> => {
    const { tenantId, conversationId, scope, run, sequences = [] } = redaction;
    if (isChunked(redaction)) {
      const { done, total } = progressOf(redaction);
      noneLeft(total - done, 'chunks are not erased');
    }
    noneLeft(await countNamed(erasures)(redaction), 'cells still hold content');
    const watermark = watermarkOf(scope);
    if (watermark && run) await guards.settle(tenantId, conversationId, watermark, run.through);
    const cells = sequences.length + (run ? cellsOf(run) : 0);
    return ledger.complete(redaction, { completedAt: now(), cells, verified: true });
  };

/** Settles what the workflow has erased; gives back the state, which is all that its history may show. */
export const settleRedaction =
  (stores: StepStores) =>
  async (ref: RedactionRef): Promise<{ state: RedactionState }> => {
    const redaction = await stores.ledger.read(ref);
    const { state } = isSettled(redaction) ? redaction : await settle(stores)(redaction);
    return { state };
  };
