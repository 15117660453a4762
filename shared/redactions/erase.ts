import { type CellStore, type Erasure, type Run, runsOf } from '../conversations/cell.ts';
import type { Guard } from '../conversations/conversation.ts';
import type { GuardStore } from '../conversations/guard.ts';
import type { Redaction } from './redaction.ts';

const sequencesIn = ({ from, through }: Run) => Array.from({ length: through - from + 1 }, (_, index) => from + index);

/**
 * Step two: erased cells over the content, bucket by bucket. Gives back how many were put, or `halted`
 * where a legal hold was found; what is not destroyed by then stays, masked. Repeats are harmless.
 */
export const erase =
  ({ guards, cells }: { guards: GuardStore; cells: CellStore }) =>
  async ({
    tenantId,
    conversationId,
    id,
    scope,
    acceptedAt = 0,
    run,
    sequences = [],
  }: Redaction): Promise<number | 'halted'> => {
    const erasure: Erasure = { redactionId: id, erasedAt: acceptedAt };
    const eraseRun = async (bucketRun: Run, guard: Guard) => {
      const done =
        scope.kind === 'messages' && guard.keeps
          ? await cells.eraseBesideKept(tenantId, conversationId, bucketRun, erasure)
          : new Set<number>();
      const rest = sequencesIn(bucketRun).filter((sequence) => !done.has(sequence));
      await cells.erase(tenantId, conversationId, rest, erasure);
      return done.size + rest.length;
    };

    const runs = run ? runsOf(run) : [];
    let count = 0;
    for (const bucketRun of [undefined, ...runs]) {
      // The guard is asked before each bucket, so that a hold stops a large redaction within one.
      const guard = await guards.read(tenantId, conversationId);
      if (guard.held) return 'halted';
      if (bucketRun) {
        count += await eraseRun(bucketRun, guard);
      } else {
        if (scope.kind === 'conversation') await cells.eraseText(tenantId, conversationId, erasure);
        await cells.erase(tenantId, conversationId, sequences, erasure);
        count += sequences.length;
      }
    }
    return count;
  };
