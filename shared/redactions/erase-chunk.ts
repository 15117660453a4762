import type { GuardStore } from '../conversations/guard.ts';
import { type Chunked, chunkRun } from './chunks.ts';
import { type Erasable, type Erasers, eraseRun } from './erase.ts';
import type { Ledger } from './ledger.ts';

/**
 * Erases one chunk of a large redaction, counts what still holds content, and notes the chunk as finished.
 * Under legal hold it does nothing: the plan of the next round finds the chunk unfinished, and halts.
 */
export const eraseChunk =
  ({ guards, ledger, ...erasers }: Erasers & { guards: GuardStore; ledger: Ledger }) =>
  async (redaction: Erasable & Chunked, chunk: number): Promise<'erased' | 'held'> => {
    const guard = await guards.read(redaction.tenantId, redaction.conversationId);
    if (guard.held) return 'held';
    await eraseRun(erasers)(redaction, chunkRun(redaction, chunk), guard);
    await ledger.finishChunk(redaction, chunk);
    return 'erased';
  };
