import type { Erasure, ErasureStore } from '../conversations/cell-erasure.ts';
import { type Run, runsOf } from '../conversations/cell.ts';
import type { Guard } from '../conversations/conversation.ts';
import { ContentRemains, PartChanged } from '../errors.ts';
import { clears, type Redaction, type Scope } from './redaction.ts';

/** What of a redaction an erasure needs to know; all of it may stand in the state of an execution. */
export type Erasable = Pick<Redaction, 'tenantId' | 'conversationId' | 'id' | 'acceptedAt'> & {
  scope: Pick<Scope, 'kind'>;
};

const erasureOf = ({ id, acceptedAt = 0 }: Erasable): Erasure => ({ redactionId: id, erasedAt: acceptedAt });

const sequencesIn = ({ from, through }: Run) => Array.from({ length: through - from + 1 }, (_, index) => from + index);

/** Erases what no run covers: the sequences that the redaction names, and the conversation's text where its scope has that. */
export const eraseNamed =
  (erasures: ErasureStore) =>
  async (redaction: Redaction): Promise<void> => {
    const { tenantId, conversationId, scope, sequences = [] } = redaction;
    if (scope.kind === 'conversation') await erasures.eraseText(tenantId, conversationId, erasureOf(redaction));
    if (scope.kind !== 'spans') {
      await erasures.erase(tenantId, conversationId, sequences, erasureOf(redaction));
      return;
    }
    for (const sequence of sequences) {
      const masking = { redactionId: redaction.id, masking: scope.masking, version: scope.version };
      if (!(await erasures.mask(tenantId, conversationId, sequence, masking))) throw new PartChanged();
    }
  };

/** How many of the same still hold what the redaction covers, asked of the table and not of what was done. */
export const countNamed =
  (erasures: ErasureStore) =>
  async ({ tenantId, conversationId, id, scope, sequences = [] }: Redaction): Promise<number> => {
    let holding = 0;
    if (scope.kind === 'conversation' && (await erasures.textHolds(tenantId, conversationId))) holding++;
    for (const sequence of sequences) {
      holding +=
        scope.kind === 'spans'
          ? Number(!(await erasures.isMasked(tenantId, conversationId, sequence, id)))
          : await erasures.countHolding(tenantId, conversationId, { from: sequence, through: sequence }, true);
    }
    return holding;
  };

/**
 * Step two for a run: erased cells over its content, then a count of the cells that hold
 * any. Throws ContentRemains unless there are none; a repeat is harmless. `guard` says whether there are cells to
 * be erased beside what they keep.
 */
export const eraseRun =
  (erasures: ErasureStore) =>
  async (redaction: Erasable, run: Run, guard: Guard): Promise<void> => {
    const { tenantId, conversationId, scope } = redaction;
    const erasure = erasureOf(redaction);
    const kept = new Set<number>();
    for (const bucketRun of scope.kind === 'messages' && guard.keeps ? runsOf(run) : []) {
      const done = await erasures.eraseBesideKept(tenantId, conversationId, bucketRun, erasure);
      for (const sequence of done) kept.add(sequence);
    }
    // All buckets in one go: at the end of each one the requests in flight would run dry.
    const rest = sequencesIn(run).filter((sequence) => !kept.has(sequence));
    await erasures.erase(tenantId, conversationId, rest, erasure);
    const counts = runsOf(run).map((each) => erasures.countHolding(tenantId, conversationId, each, clears(scope)));
    const holding = (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    if (holding > 0) throw new ContentRemains(`${holding} cells still hold content`);
  };
