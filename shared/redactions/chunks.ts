import type { Run } from '../conversations/cell.ts';
import { bucketOf, bucketSize } from '../table.ts';
import type { Redaction } from './redaction.ts';

/**
 * What a request erases itself, in cells: one bucket is 20 batches, well under a second, so that small
 * redactions answer `completed`. More would keep the caller waiting, for as long as the conversation is.
 */
export const erasedInRequest = bucketSize;

/**
 * Five buckets are 2,500 cells. Smaller chunks cost transitions and invocations, larger ones hold a legal
 * hold up and are dearer to repeat; docs/performance.md has the figures.
 */
export const bucketsPerChunk = 5;

/**
 * Chunks that one round of the state machine maps over. Their numbers and the map's answers must fit in
 * 256 KB of state, and those that are finished in one ledger entry; what is beyond them is the next round's.
 */
export const chunksPerRound = 1_000;

/** What of a ledger entry says which chunks there are. */
export type Chunked = { run: Run; chunkBuckets: number };

/** None, where another redaction has settled past the end meanwhile. */
export const cellsOf = ({ from, through }: Run): number => Math.max(0, through - from + 1);

/** Whether its run is cut into chunks for the workflow. */
export const isChunked = (redaction: Redaction): redaction is Redaction & Chunked =>
  redaction.run !== undefined && redaction.chunkBuckets !== undefined;

/** How many chunks the run has: arithmetic, no read. */
export const chunkCount = ({ run: { from, through }, chunkBuckets }: Chunked): number =>
  Math.ceil((bucketOf(through) - bucketOf(from) + 1) / chunkBuckets);

/** The stretch of the run that a chunk covers. */
export const chunkRun = ({ run: { from, through }, chunkBuckets }: Chunked, chunk: number): Run => {
  const first = bucketOf(from) + chunk * chunkBuckets;
  return {
    from: Math.max(from, first * bucketSize),
    through: Math.min(through, (first + chunkBuckets) * bucketSize - 1),
  };
};

/** How far the workflow has come. */
export const progressOf = (redaction: Redaction & Chunked): { done: number; total: number } => {
  const { finishedBefore = 0, finished = [] } = redaction;
  const beyond = finished.filter((chunk) => chunk >= finishedBefore);
  return { done: finishedBefore + beyond.length, total: chunkCount(redaction) };
};

/** The next round: its chunks that are not finished yet, and the number below which all are. */
export const nextRound = (redaction: Redaction & Chunked): { chunks: number[]; finishedBefore: number } => {
  const total = chunkCount(redaction);
  const finished = new Set(redaction.finished);
  let finishedBefore = redaction.finishedBefore ?? 0;
  while (finished.has(finishedBefore)) finishedBefore++;
  const length = Math.min(chunksPerRound, total - finishedBefore);
  const window = Array.from({ length }, (_, index) => finishedBefore + index);
  return { chunks: window.filter((chunk) => !finished.has(chunk)), finishedBefore };
};
