import { bucketsPerChunk } from '../shared/redactions/chunks.ts';
import { bucketSize } from '../shared/table.ts';
import { createConversation, fill, messageBytes, planErasure } from './conversations.ts';
import { startChild } from './processes/child.ts';
import type { Answer } from './report.ts';

const mebibyte = 1024 ** 2;
const chunkCells = bucketsPerChunk * bucketSize;
/** Smallest conversation that the workflow takes, to warm up with; not a whole chunk, which would hide what one takes. */
const warmUpParts = bucketSize + 1;
const large = 50 * 1024;

interface Taken {
  outcome: string;
  rss: number;
  peak: number;
}

/** What a fresh process takes that erases a small chunk, and then, at most, a whole one. */
const measureChunk = async (parts: number, cellBytes: number) => {
  const name = `cv_memory_${parts}_${cellBytes}`;
  const warmUp = await createConversation(`${name}_warm`, warmUpParts);
  const conversation = await createConversation(name, parts);
  const chunk = parts / chunkCells - 1;
  // 100,000 cells of 50 KB are more than an emulator holds: of those, the chunk's alone have content.
  const from = cellBytes === large ? chunk * chunkCells : 0;
  await fill(conversation, { from, through: parts - 1 }, cellBytes);

  const child = await startChild<Taken>('./erase-chunk.ts');
  const baseline = await child.ask({ redaction: (await planErasure(warmUp)).redaction, chunk: 0 });
  const taken = await child.ask({ redaction: (await planErasure(conversation)).redaction, chunk });
  await child.stop();
  if (taken.outcome !== 'erased') throw new Error(`The chunk was not erased: ${taken.outcome}`);
  return { baseline: baseline.rss / mebibyte, peak: taken.peak / mebibyte };
};

/** Memory of one chunk's erasure, whatever the size of the conversation and of its cells. */
export const measureMemory = async (): Promise<Answer> => {
  const rows = [];
  for (const cellBytes of [messageBytes, large]) {
    for (const parts of [5_000, 100_000]) {
      const { baseline, peak } = await measureChunk(parts, cellBytes);
      rows.push({
        parts,
        'bytes a cell': cellBytes,
        'baseline MB': baseline,
        'peak MB': peak,
        'MB over baseline': peak - baseline,
      });
    }
  }
  const peaks = rows.map((row) => row['MB over baseline']);
  return {
    tables: { [`Memory of a chunk of ${chunkCells} cells`]: rows },
    bars: [{ what: 'peak of a chunk, MB over the baseline', value: Math.max(...peaks), atMost: 128 }],
  };
};
