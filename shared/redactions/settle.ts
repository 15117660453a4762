import type { ErasureStore } from '../conversations/cell-erasure.ts';
import { runsOf } from '../conversations/cell.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { ContentRemains } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import { clears, type Redaction, watermarkOf } from './redaction.ts';

/** How many cells still hold what the redaction covers, asked of the table and not of what was done. */
const countHolding = async (erasures: ErasureStore, redaction: Redaction): Promise<number> => {
  const { tenantId, conversationId, id, scope, run, sequences = [] } = redaction;
  let holding = 0;
  if (scope.kind === 'conversation' && (await erasures.textHolds(tenantId, conversationId))) holding++;
  for (const bucketRun of run ? runsOf(run) : []) {
    holding += await erasures.countHolding(tenantId, conversationId, bucketRun, clears(scope));
  }
  for (const sequence of sequences) {
    holding +=
      scope.kind === 'spans'
        ? Number(!(await erasures.isMasked(tenantId, conversationId, sequence, id)))
        : await erasures.countHolding(tenantId, conversationId, { from: sequence, through: sequence }, true);
  }
  return holding;
};

/** Step three: complete the entry, but only if no cell in scope holds content any more. */
export const settle =
  ({
    guards,
    erasures,
    ledger,
    now,
  }: {
    guards: GuardStore;
    erasures: ErasureStore;
    ledger: Ledger;
    now: () => number;
  }) =>
  async (redaction: Redaction, erased: number): Promise<Redaction> => {
    const { tenantId, conversationId, scope, run } = redaction;
    const holding = await countHolding(erasures, redaction);
    if (holding > 0) throw new ContentRemains(`${holding} cells still hold content`);
    const watermark = watermarkOf(scope);
    if (watermark && run) await guards.settle(tenantId, conversationId, watermark, run.through);
    return ledger.complete(redaction, { completedAt: now(), cells: erased, verified: true });
  };
