import type { Guard } from '../conversations/conversation.ts';
import type { GuardStore } from '../conversations/guard.ts';
import { LegalHold } from '../errors.ts';
import { record } from '../metrics.ts';
import { bucketsPerChunk, cellsOf, erasedInRequest } from './chunks.ts';
import type { Ledger } from './ledger.ts';
import { type Redaction, type Scope, watermarkOf } from './redaction.ts';

interface Acceptance {
  guards: GuardStore;
  ledger: Ledger;
  now: () => number;
}

/** A redaction that the guard accepted, and the guard as it was then. */
export interface Accepted {
  redaction: Redaction;
  guard?: Guard;
}

const watermarks = (scope: Scope, guard: Guard) =>
  watermarkOf(scope) === 'cleared'
    ? { through: guard.clearedThrough, at: guard.clearedAt, erased: guard.erasedClearedThrough ?? -1 }
    : {
        through: guard.redactedThrough,
        at: guard.redactedAt,
        erased: Math.max(guard.erasedThrough ?? -1, guard.erasedClearedThrough ?? -1),
      };

/** What the guard's watermark leaves to erase: all up to it that was not destroyed and counted before. */
const workOf = (scope: Scope, guard: Guard, now: number) => {
  const { through = -1, at, erased } = watermarks(scope, guard);
  const run = { from: erased + 1, through };
  return { acceptedAt: at ?? now, run, ...(cellsOf(run) > erasedInRequest && { chunkBuckets: bucketsPerChunk }) };
};

/**
 * Step one: the guard decides, then the ledger records what is to be erased. `seen` is the guard as the caller has just read it. Throws
 * LegalHold, with the entry refused. What it gives back is not accepted if another attempt has taken the entry over.
 */
export const accept =
  ({ guards, ledger, now }: Acceptance) =>
  async (redaction: Redaction, seen?: Guard): Promise<Accepted> => {
    const { tenantId, conversationId, id, scope } = redaction;
    const watermark = watermarkOf(scope);
    const at = now();
    try {
      const guard = watermark
        ? await guards.raise(tenantId, conversationId, id, watermark, at, seen)
        : await guards.admit(tenantId, conversationId, id);
      const work = watermark ? workOf(scope, guard, at) : { acceptedAt: at };
      return { redaction: await ledger.accept(redaction, work), guard };
    } catch (error) {
      if (error instanceof LegalHold) {
        await ledger.refuse(redaction);
        record('refusedByHold');
      }
      throw error;
    }
  };

/**
 * Takes up an entry whose request died before the ledger knew the outcome. The guard tells it: a watermark
 * at or above what was reserved at the request covers the redaction whoever raised it, and one below it
 * means that it has not been accepted on the guard that was seen. Named parts leave no watermark.
 */
export const recoverAcceptance =
  ({ guards, ledger, now }: Acceptance) =>
  async (redaction: Redaction): Promise<{ seen: Guard; accepted?: Required<Accepted> }> => {
    const { tenantId, conversationId, scope, requestedThrough } = redaction;
    const guard = await guards.read(tenantId, conversationId);
    const { through } = watermarks(scope, guard);
    const watermark = watermarkOf(scope);
    if (watermark === undefined || through === undefined || through < requestedThrough) return { seen: guard };
    // Another's watermark: its own acceptance may still be under way, and would raise it beyond what is recorded here.
    if (guard[`${watermark}By`] !== redaction.id && !(await guards.close(tenantId, conversationId, guard)))
      return recoverAcceptance({ guards, ledger, now })(redaction);
    return { seen: guard, accepted: { redaction: await ledger.accept(redaction, workOf(scope, guard, now())), guard } };
  };
