import { type CellStore, runsOf } from '../conversations/cell.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { ContentRemains } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import { clears, type Redaction, watermarkOf } from './redaction.ts';

/** Step three: count the cells in scope that still hold content, and complete the entry only if there is none. */
export const settle =
  ({ guards, cells, ledger, now }: { guards: GuardStore; cells: CellStore; ledger: Ledger; now: () => number }) =>
  async (redaction: Redaction, erased: number): Promise<Redaction> => {
    const { tenantId, conversationId, scope, run, sequences = [] } = redaction;
    const runs = [...(run ? runsOf(run) : []), ...sequences.map((sequence) => ({ from: sequence, through: sequence }))];
    let holding = scope.kind === 'conversation' && (await cells.textHolds(tenantId, conversationId)) ? 1 : 0;
    for (const bucketRun of runs) {
      holding += await cells.countHolding(tenantId, conversationId, bucketRun, clears(scope));
    }
    if (holding > 0) throw new ContentRemains(`${holding} cells still hold content`);

    const watermark = watermarkOf(scope);
    if (watermark && run) await guards.settle(tenantId, conversationId, watermark, run.through);
    return ledger.complete(redaction, { completedAt: now(), cells: erased, verified: true });
  };
