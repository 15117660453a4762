import pMap from 'p-map';
import { type Run, runsOf } from '../conversations/cell.ts';
import { objectKey } from '../table.ts';
import type { AttachmentIndex, PartAttachments } from './attachment-index.ts';
import type { AttachmentStore } from './attachment-store.ts';

/** Lists at once; each waits for the one before it only if that found something. */
const listsInFlight = 8;
/** What a list finds is deleted and listed again, so often. */
const listsAtMost = 3;

type Objects = Pick<AttachmentStore, 'erase' | 'list'>;

/** Destroys files before the cells of their parts, and looks afterwards whether one is left. */
export const fileErasure = (objects: Objects, index: Pick<AttachmentIndex, 'inRun' | 'ofParts'>) => {
  const erase = async (tenantId: string, conversationId: string, known: PartAttachments[]): Promise<number> => {
    const keys = known.flatMap(({ sequence, ids }) =>
      ids.map((id) => objectKey.file(tenantId, conversationId, sequence, id)),
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

  return {
    /** Deletes the files that the table knows of in the run: their keys are computed, none is listed. Gives back how many. */
    eraseKnown: async (tenantId: string, conversationId: string, run: Run): Promise<number> => {
      const known: PartAttachments[] = [];
      for (const bucketRun of runsOf(run)) known.push(...(await index.inRun(tenantId, conversationId, bucketRun)));
      return erase(tenantId, conversationId, known);
    },

    /** Likewise for single parts. */
    eraseKnownOf: async (tenantId: string, conversationId: string, sequences: number[]): Promise<number> =>
      erase(tenantId, conversationId, await index.ofParts(tenantId, conversationId, sequences)),

    /**
     * For after the cells are burnt, when no writer can add a file that it would not remove itself: lists what stands
     * under the run, once for each bucket, and deletes it. Gives back how many are left all the same.
     */
    countLeft: (tenantId: string, conversationId: string, run: Run): Promise<number> =>
      sweepAll(tenantId, conversationId, runsOf(run)),

    /** Likewise under single parts. */
    countLeftOf: (tenantId: string, conversationId: string, sequences: number[]): Promise<number> =>
      sweepAll(
        tenantId,
        conversationId,
        sequences.map((sequence) => ({ from: sequence, through: sequence })),
      ),
  };
};

export type FileErasure = ReturnType<typeof fileErasure>;
