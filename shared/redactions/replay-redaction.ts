import type { FileErasure } from '../attachments/file-erasure.ts';
import type { ErasureStore } from '../conversations/cell-erasure.ts';
import { cellKey, type Run, runsOf } from '../conversations/cell.ts';
import type { Guard } from '../conversations/conversation.ts';
import { chunkCount, chunkRun, isChunked } from './chunks.ts';
import { countNamed, eraseRun, eraseText } from './erase.ts';
import { clears, type Redaction, watermarkOf } from './redaction.ts';
import { nameOf, type ReplayTable } from './replay-table.ts';

/** What of a redaction must be gone from the restored table before its entry may stand there. */
export interface Due {
  redaction: Redaction;
  runs: Run[];
  /** Whether the parts that it names, and the conversation's own text, are due too. */
  named: boolean;
  /** Of the parts that it names only those are due that the source has erased or masked, by the time a hold stopped it. */
  partly: boolean;
}

const runsDue = (redaction: Redaction, stopped: boolean): Run[] => {
  if (!isChunked(redaction)) return redaction.run && !stopped ? [redaction.run] : [];
  const { finishedBefore = 0, finished = [] } = redaction;
  return Array.from({ length: chunkCount(redaction) }, (_, chunk) => chunk)
    .filter((chunk) => !stopped || chunk < finishedBefore || finished.includes(chunk))
    .map((chunk) => chunkRun(redaction, chunk));
};

/**
 * An accepted redaction is due whole, settled or not. Of one that a legal hold stopped only what was done is, finished chunks and parts
 * that are gone: the rest is under hold here too, and kept. What was never accepted is not due.
 */
export const dueOf = (redaction: Redaction, held: boolean): Due => {
  const { state, acceptedAt, scope } = redaction;
  const isNamed = watermarkOf(scope) === undefined;
  if (acceptedAt === undefined || (state === 'refused' && !isNamed))
    return { redaction, runs: [], named: false, partly: false };
  const stopped = state === 'halted' || state === 'refused' || (held && state !== 'completed');
  return { redaction, runs: runsDue(redaction, stopped), named: isNamed || !stopped, partly: isNamed && stopped };
};

/** Leaves those of the named parts that are due. */
export const narrowed =
  (source: ReplayTable) =>
  async (due: Due): Promise<Due> => {
    if (!due.partly) return due;
    const { tenantId, conversationId, id, sequences = [] } = due.redaction;
    const keyOf = (sequence: number) => cellKey(tenantId, conversationId, sequence);
    const cells = await source.read(sequences.map(keyOf));
    const isDone = (sequence: number) => {
      const cell = cells.get(nameOf(keyOf(sequence)));
      const isErased = cell && cell['content'] === undefined && cell['kept'] === undefined;
      return isErased || (cell?.['masks'] as string[] | undefined)?.includes(id);
    };
    return { ...due, redaction: { ...due.redaction, sequences: sequences.filter(isDone) } };
  };

/** How many cells of what is due still hold it, by a count. Spans that are not settled are masked by whoever settles them. */
export const countDue =
  (erasures: ErasureStore) =>
  async ({ redaction, runs, named, partly }: Due): Promise<number> => {
    const { tenantId, conversationId, scope, state } = redaction;
    const isCounted = named && (scope.kind !== 'spans' || state === 'completed' || partly);
    let holding = isCounted ? await countNamed(erasures)(redaction) : 0;
    for (const run of runs) {
      const counts = runsOf(run).map((each) => erasures.countHolding(tenantId, conversationId, each, clears(scope)));
      for (const count of await Promise.all(counts)) holding += count;
    }
    return holding;
  };

// No restore touches the bucket: what was deleted there is gone, and what was not, erasure/resume deletes.
const noFiles: FileErasure = {
  eraseKnown: async () => 0,
  eraseKnownOf: async () => 0,
  countLeft: async () => 0,
  countLeftOf: async () => 0,
};

export interface ReplaySides {
  source: ReplayTable;
  target: ReplayTable;
  erasures: ErasureStore;
}

/**
 * Brings over the cells in which the redaction's spans are masked: which text the spans were in, only they can tell. Where the source has
 * lost the cell, all of the target's is erased. Gives back how many were.
 */
const bringMasked = async ({ source, target, erasures }: ReplaySides, redaction: Redaction): Promise<number> => {
  const { tenantId, conversationId, id, sequences = [], state, acceptedAt = 0 } = redaction;
  const lost: number[] = [];
  const keys = sequences.map((sequence) => ({ sequence, key: cellKey(tenantId, conversationId, sequence) }));
  const cells = await source.read(keys.map(({ key }) => key));
  for (const { sequence, key } of keys) {
    const cell = cells.get(nameOf(key));
    if (cell && cell['content'] === undefined) await target.putFixed([cell]);
    else if ((cell?.['masks'] as string[] | undefined)?.includes(id)) await target.putMasked(cell!);
    else if (state === 'completed') lost.push(sequence);
  }
  await erasures.erase(tenantId, conversationId, lost, { redactionId: id, erasedAt: acceptedAt });
  return lost.length;
};

/**
 * Destroys in the target what is due. A repeat is harmless. Gives back how many cells were erased whole because nobody knows any
 * more where their spans were.
 */
export const destroyDue =
  (sides: ReplaySides) =>
  async ({ redaction, runs, named }: Due, guard: Guard): Promise<number> => {
    const { tenantId, conversationId, id, scope, sequences = [], acceptedAt = 0 } = redaction;
    const { erasures } = sides;
    for (const run of runs) await eraseRun({ erasures, files: noFiles })(redaction, run, { ...guard, files: false });
    if (!named) return 0;
    await eraseText(erasures)(redaction);
    if (scope.kind === 'spans') return bringMasked(sides, redaction);
    await erasures.erase(tenantId, conversationId, sequences, { redactionId: id, erasedAt: acceptedAt });
    return 0;
  };
