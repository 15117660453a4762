import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bucketsPerChunk,
  type Chunked,
  cellsOf,
  chunkCount,
  chunkRun,
  chunksPerRound,
  nextRound,
  progressOf,
} from '../../../shared/redactions/chunks.ts';
import type { Redaction } from '../../../shared/redactions/redaction.ts';
import { bucketOf } from '../../../shared/table.ts';

/** Step Functions' limit of a state's input and output, in bytes. */
const stateAtMost = 262_144;
/** The last sequence that a sort key has digits for. */
const lastSequence = 999_999_999;

const redactionOf = (from: number, through: number, more: Partial<Redaction & Chunked> = {}): Redaction & Chunked => ({
  id: 'f'.repeat(32),
  tenantId: 't'.repeat(64),
  conversationId: `featurebase:${'c'.repeat(256)}`,
  scope: { kind: 'conversation' },
  state: 'erasing',
  actor: 'key',
  requestedAt: 0,
  requestedThrough: through,
  run: { from, through },
  chunkBuckets: bucketsPerChunk,
  ...more,
});

const runs = fc
  .tuple(fc.nat(20_000), fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 1, max: 9 }))
  .map(([from, cells, chunkBuckets]) => redactionOf(from, from + cells - 1, { chunkBuckets }));

const chunksOf = (redaction: Redaction & Chunked) =>
  Array.from({ length: chunkCount(redaction) }, (_, chunk) => chunkRun(redaction, chunk));

describe('the chunks of a run', () => {
  it('cover it once, without a gap, whatever its bounds', () => {
    fc.assert(
      fc.property(runs, (redaction) => {
        const chunks = chunksOf(redaction);
        expect(chunks[0]?.from).toBe(redaction.run.from);
        expect(chunks.at(-1)?.through).toBe(redaction.run.through);
        chunks.slice(1).forEach(({ from }, index) => expect(from).toBe(chunks[index]!.through + 1));
        expect(chunks.every(({ from, through }) => from <= through)).toBe(true);
      }),
    );
  });

  it('share no bucket, and have no more buckets than a chunk may', () => {
    fc.assert(
      fc.property(runs, (redaction) => {
        const chunks = chunksOf(redaction);
        chunks.slice(1).forEach(({ from }, index) => {
          expect(bucketOf(from)).toBeGreaterThan(bucketOf(chunks[index]!.through));
        });
        for (const { from, through } of chunks) {
          expect(bucketOf(through) - bucketOf(from) + 1).toBeLessThanOrEqual(redaction.chunkBuckets);
        }
      }),
    );
  });

  it('hold 2,500 cells, so that a million parts are 400', () => {
    const million = redactionOf(0, 999_999);
    expect(chunkCount(million)).toBe(400);
    expect(chunksOf(million).every((run) => cellsOf(run) === 2_500)).toBe(true);
  });
});

describe('the rounds of the state machine', () => {
  const walk = (through: number) => {
    let redaction = redactionOf(0, through);
    const rounds: number[][] = [];
    for (;;) {
      const { chunks, finishedBefore } = nextRound(redaction);
      if (chunks.length === 0) return { rounds, redaction };
      rounds.push(chunks);
      redaction = { ...redaction, finishedBefore, finished: chunks };
    }
  };

  it.each([
    ['a million', 999_999, 1],
    ['ten million', 9_999_999, 4],
    ['as many as fit the sort key', lastSequence, 400],
  ])('deal out every chunk of %s parts once', (_, through, count) => {
    const { rounds, redaction } = walk(through);
    expect(rounds).toHaveLength(count);
    expect(new Set(rounds.flat()).size).toBe(chunkCount(redaction));
    expect(progressOf(redaction)).toEqual({ done: chunkCount(redaction), total: chunkCount(redaction) });
  });

  it('have chunks whose answers fit in 256 KB of state together', () => {
    const redaction = redactionOf(0, lastSequence, { finishedBefore: 399_000 });
    const { chunks } = nextRound(redaction);
    expect(chunks).toHaveLength(chunksPerRound);
    // A distributed map collects what its children give back before it throws it away.
    expect(JSON.stringify(chunks.map(() => 'erased')).length).toBeLessThan(stateAtMost / 4);
  });

  it('keep what the ledger entry knows of finished chunks far below the 400 KB of an item', () => {
    const redaction = redactionOf(0, lastSequence, {
      finishedBefore: 398_999,
      finished: Array.from({ length: chunksPerRound }, (_, n) => 399_000 + n),
    });
    expect(nextRound(redaction).chunks).toEqual([398_999]);
    expect(JSON.stringify(redaction).length).toBeLessThan(10_000);
  });

  it('leave out what is finished, wherever it lies', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(399)), (finished) => {
        const redaction = redactionOf(0, 999_999, { finished });
        const { chunks, finishedBefore } = nextRound(redaction);
        expect(chunks.length + finished.length).toBe(400);
        expect(chunks.some((chunk) => finished.includes(chunk))).toBe(false);
        expect(Math.min(400, ...chunks)).toBe(finishedBefore);
        expect(progressOf(redaction)).toEqual({ done: finished.length, total: 400 });
        expect(progressOf({ ...redaction, finishedBefore })).toEqual({ done: finished.length, total: 400 });
      }),
    );
  });
});
