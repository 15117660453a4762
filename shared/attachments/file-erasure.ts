import pMap from 'p-map';
import { type Run, runsOf } from '../conversations/cell.ts';
import { WriterAtWork } from '../errors.ts';
import { objectKey } from '../table.ts';
import type { AttachmentIndex, PartAttachments } from './attachment-index.ts';
import type { StoredFiles } from './stored-files.ts';

/** Lists at once; each waits for the one before it only if that found something. */
const listsInFlight = 8;
/** What a list finds is deleted and listed again, so often. */
const listsAtMost = 3;

/** Destroys files before the cells of their parts, and looks afterwards whether one is left. */
export const fileErasure = (objects: StoredFiles, index: Pick<AttachmentIndex, 'inRun' | 'ofParts'>) => {
  const erase = async (tenantId: string, conversationId: string, known: PartAttachments[]): Promise<number> => {
    const keys = known.flatMap(({ sequence, ids, writer }) =>
      ids.flatMap((id) => [
        objectKey.file(tenantId, conversationId, sequence, id),
        ...(writer === 'done' ? [] : [objectKey.staged(tenantId, id)]),
      ]),
    );
    await objects.erase(keys);
    return keys.length;
  };

  /** How many stand under the run after what was found there has been deleted. */
  const sweep = async (tenantId: string, conversationId: string, run: Run): Promise<number> => {
    let left = 0;
    for (let lists = 0; lists < listsAtMost; lists++) {
      const keys = await objects.list(tenantId, conversationId, run);
      left = keys.length;
      if (left === 0) return 0;
      await objects.erase(keys);
    }
    return left;
  };

  const sweepAll = async (tenantId: string, conversationId: string, runs: Run[]): Promise<number> => {
    const counts = await pMap(runs, (run) => sweep(tenantId, conversationId, run), { concurrency: listsInFlight });
    return counts.reduce((sum, left) => sum + left, 0);
  };

  /** Throws WriterAtWork while one may still copy, after which no list would be the last; what a dead one left in staging goes. */
  const endWriters = async (tenantId: string, conversationId: string, known: PartAttachments[]): Promise<void> => {
    if (known.some(({ writer }) => writer === 'at work')) throw new WriterAtWork();
    await erase(
      tenantId,
      conversationId,
      known.filter(({ writer }) => writer === 'dead'),
    );
  };

  const knownIn = async (tenantId: string, conversationId: string, run: Run): Promise<PartAttachments[]> => {
    const known: PartAttachments[] = [];
    for (const bucketRun of runsOf(run)) known.push(...(await index.inRun(tenantId, conversationId, bucketRun)));
    return known;
  };

  return {
    /** Deletes the files that the table knows of in the run: their keys are computed, none is listed. Gives back how many. */
    eraseKnown: async (tenantId: string, conversationId: string, run: Run): Promise<number> =>
      erase(tenantId, conversationId, await knownIn(tenantId, conversationId, run)),

    /** Likewise for single parts. */
    eraseKnownOf: async (tenantId: string, conversationId: string, sequences: number[]): Promise<number> =>
      erase(tenantId, conversationId, await index.ofParts(tenantId, conversationId, sequences)),

    /**
     * For after the cells are burnt, when no writer can begin any more: lists what stands under the run, once for each
     * bucket, and deletes it. Gives back how many are left all the same. Throws WriterAtWork if one had begun before.
     */
    countLeft: async (tenantId: string, conversationId: string, run: Run): Promise<number> => {
      await endWriters(tenantId, conversationId, await knownIn(tenantId, conversationId, run));
      return sweepAll(tenantId, conversationId, runsOf(run));
    },

    /** Likewise under single parts. */
    countLeftOf: async (tenantId: string, conversationId: string, sequences: number[]): Promise<number> => {
      await endWriters(tenantId, conversationId, await index.ofParts(tenantId, conversationId, sequences));
      const runs = sequences.map((sequence) => ({ from: sequence, through: sequence }));
      return sweepAll(tenantId, conversationId, runs);
    },
  };
};

export type FileErasure = ReturnType<typeof fileErasure>;
