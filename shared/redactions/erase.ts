import type { FileErasure } from '../attachments/file-erasure.ts';
import type { Erasure, ErasureStore } from '../conversations/cell-erasure.ts';
import { type Run, runsOf } from '../conversations/cell.ts';
import type { Guard } from '../conversations/conversation.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { ContentRemains, PartChanged } from '../errors.ts';
import { logger } from '../logger.ts';
import { clears, type Redaction, type Scope } from './redaction.ts';

/** What of a redaction an erasure needs to know; all of it may stand in the state of an execution. */
export type Erasable = Pick<Redaction, 'tenantId' | 'conversationId' | 'id' | 'acceptedAt'> & {
  scope: Pick<Scope, 'kind'>;
};

/** What destroys: cells in the table, files in the bucket. */
export interface Erasers {
  erasures: ErasureStore;
  files: FileErasure;
}

const erasureOf = ({ id, acceptedAt = 0 }: Erasable): Erasure => ({ redactionId: id, erasedAt: acceptedAt });

const sequencesIn = ({ from, through }: Run) => Array.from({ length: through - from + 1 }, (_, index) => from + index);

/** Throws ContentRemains unless the count is zero. */
export const noneLeft = (count: number, what: string): void => {
  if (count > 0) throw new ContentRemains(`${count} ${what}`);
};

/** Erases the conversation's own text, where the scope has that. */
export const eraseText =
  (erasures: ErasureStore) =>
  async (redaction: Redaction): Promise<void> => {
    const { tenantId, conversationId, scope } = redaction;
    if (scope.kind === 'conversation') await erasures.eraseText(tenantId, conversationId, erasureOf(redaction));
  };

/** Erases the sequences that the redaction names: files before cells. Throws ContentRemains if files are left. Masks leave files alone. */
export const eraseNamed =
  ({ erasures, files, guards }: Erasers & { guards: Pick<GuardStore, 'read'> }) =>
  async (redaction: Redaction, guard: Guard): Promise<void> => {
    const { tenantId, conversationId, scope, sequences = [] } = redaction;
    if (sequences.length === 0) return;
    if (scope.kind !== 'spans') {
      if (guard.files) await files.eraseKnownOf(tenantId, conversationId, sequences);
      await erasures.erase(tenantId, conversationId, sequences, erasureOf(redaction));
      // Read after the burning: whoever brings the conversation's first file later finds the cell burnt.
      const { files: hasFiles } = await guards.read(tenantId, conversationId);
      if (hasFiles) noneLeft(await files.countLeftOf(tenantId, conversationId, sequences), 'files still stand');
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

/** How many parts this redaction has erased of those that it names. Spans are masked in one write, and not counted. */
export const countErased =
  (erasures: ErasureStore) =>
  ({ tenantId, conversationId, id, scope, sequences = [] }: Redaction): Promise<number> =>
    scope.kind === 'spans' ? Promise.resolve(0) : erasures.countErasedBy(tenantId, conversationId, sequences, id);

/**
 * Step two for a run: its files are deleted, then erased cells are put over its content; then the
 * cells that hold any are counted, and the files are listed that came meanwhile. Throws ContentRemains unless nothing is
 * left; a repeat is harmless. `guard` says whether there are files, and cells to be erased beside what they keep.
 */
export const eraseRun =
  ({ erasures, files }: Erasers) =>
  async (redaction: Erasable, run: Run, guard: Guard): Promise<void> => {
    const { tenantId, conversationId, scope } = redaction;
    const erasure = erasureOf(redaction);
    if (guard.files) {
      const deleted = await files.eraseKnown(tenantId, conversationId, run);
      logger.info('files deleted', { redactionId: redaction.id, tenantId, conversationId, files: deleted });
    }
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
    noneLeft(holding, 'cells still hold content');
    if (guard.files) noneLeft(await files.countLeft(tenantId, conversationId, run), 'files still stand');
  };
