import { type Chunked, isChunked, nextRound } from './chunks.ts';
import { type Erasable, eraseText } from './erase.ts';
import type { RedactionRef } from './ledger-entry.ts';
import { isSettled } from './redaction.ts';
import type { StepStores } from './settle.ts';

/** What the state machine does next, and to what; it stands in the execution's history, so it holds ids and numbers alone. */
export type Plan =
  | { next: 'erase'; redaction: Erasable & Chunked; chunks: number[] }
  | { next: 'settle' }
  /** Settled already, or halted by a legal hold: erasure/resume starts an execution anew when that is released. */
  | { next: 'end' };

/** Begins each round of a large redaction: what no chunk covers is erased here, and unfinished chunks are dealt out. */
export const planRound =
  ({ guards, erasures, ledger, now }: StepStores) =>
  async (ref: RedactionRef): Promise<Plan> => {
    const entry = await ledger.read(ref);
    const { tenantId, conversationId, id, scope, acceptedAt } = entry;
    if (isSettled(entry) || !isChunked(entry)) return { next: 'end' };
    const { held } = await guards.read(tenantId, conversationId);
    if (held) {
      await ledger.halt(entry);
      return { next: 'end' };
    }
    const { chunks, finishedBefore } = nextRound(entry);
    await ledger.begin(entry, now(), finishedBefore);
    await eraseText(erasures)(entry);
    if (chunks.length === 0) return { next: 'settle' };
    const { run, chunkBuckets } = entry;
    return {
      next: 'erase',
      redaction: { tenantId, conversationId, id, scope: { kind: scope.kind }, acceptedAt, run, chunkBuckets },
      chunks,
    };
  };
