import type { Erasure, ErasureStore } from '../conversations/cell-erasure.ts';
import { type Run, runsOf } from '../conversations/cell.ts';
import type { Guard } from '../conversations/conversation.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { PartChanged } from '../errors.ts';
import type { Redaction } from './redaction.ts';

interface Stores {
  guards: GuardStore;
  erasures: ErasureStore;
}

const sequencesIn = ({ from, through }: Run) => Array.from({ length: through - from + 1 }, (_, index) => from + index);

/** The sequences that the redaction names, and the text of the conversation where its scope has that. */
const eraseNamed = async ({ erasures }: Stores, redaction: Redaction, erasure: Erasure): Promise<number> => {
  const { tenantId, conversationId, scope, sequences = [] } = redaction;
  if (scope.kind === 'conversation') await erasures.eraseText(tenantId, conversationId, erasure);
  if (scope.kind !== 'spans') {
    await erasures.erase(tenantId, conversationId, sequences, erasure);
    return sequences.length;
  }
  for (const sequence of sequences) {
    const masking = { redactionId: redaction.id, masking: scope.masking, version: scope.version };
    if (!(await erasures.mask(tenantId, conversationId, sequence, masking))) throw new PartChanged();
  }
  return sequences.length;
};

const eraseRun = async ({ erasures }: Stores, redaction: Redaction, run: Run, guard: Guard, erasure: Erasure) => {
  const { tenantId, conversationId, scope } = redaction;
  const done =
    scope.kind === 'messages' && guard.keeps
      ? await erasures.eraseBesideKept(tenantId, conversationId, run, erasure)
      : new Set<number>();
  const rest = sequencesIn(run).filter((sequence) => !done.has(sequence));
  await erasures.erase(tenantId, conversationId, rest, erasure);
  return done.size + rest.length;
};

/**
 * Step two: erased cells over the content, bucket by bucket. Gives back how many were put, or `halted`
 * where a legal hold was found; what is not destroyed by then stays, masked. Repeats are harmless.
 * `accepted` is the guard of the acceptance, if that was just now, and saves asking it again.
 */
export const erase =
  (stores: Stores) =>
  async (redaction: Redaction, accepted?: Guard): Promise<number | 'halted'> => {
    const { tenantId, conversationId, id, acceptedAt = 0, run } = redaction;
    const erasure: Erasure = { redactionId: id, erasedAt: acceptedAt };
    let guard = accepted ?? (await stores.guards.read(tenantId, conversationId));
    if (guard.held) return 'halted';
    let count = await eraseNamed(stores, redaction, erasure);
    for (const [index, bucketRun] of (run ? runsOf(run) : []).entries()) {
      // The guard is asked again before each further bucket, so that a hold stops a large redaction within one.
      if (index > 0) guard = await stores.guards.read(tenantId, conversationId);
      if (guard.held) return 'halted';
      count += await eraseRun(stores, redaction, bucketRun, guard, erasure);
    }
    return count;
  };
