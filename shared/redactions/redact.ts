import { IdempotencyInProgress, IdempotencyKeyReused, LegalHold, Unavailable } from '../errors.ts';
import { record } from '../metrics.ts';
import { accept, recoverAcceptance } from './accept.ts';
import { carryOut, type RedactionStores } from './carry-out.ts';
import {
  idempotencyKeyLifetime,
  type Redaction,
  type RedactionReceipt,
  receiptOf,
  redactionIdOf,
  type Requester,
  type RequestKey,
  type Scope,
  watermarkOf,
} from './redaction.ts';

export interface RedactCommand {
  caller: Requester;
  conversationId: string;
  scope: Scope;
  /** The sequences of the parts that the scope names, if it does. */
  sequences?: number[] | undefined;
  reason?: string | undefined;
  /** On whose behalf the caller says that it acts, e.g. `admin:507f1f77bcf86cd799439011`: an id, for the ledger. */
  actingAs?: string | undefined;
}

const targetOf = (scope: Scope) => [scope.kind, ...('partIds' in scope ? scope.partIds : [])].join();

/** Another request continues the redaction, and its outcome is not known yet. The caller asks again. */
const atWork = (requestKey: RequestKey | undefined): Error =>
  requestKey ? new IdempotencyInProgress(requestKey.key) : new Unavailable('The redaction is taken over');

/** What a receipt may say; anything else is of another request with the same key, which has taken the redaction over. */
const answered = (redaction: Redaction, requestKey: RequestKey | undefined): RedactionReceipt => {
  if (redaction.acceptedAt === undefined || redaction.state === 'refused') throw atWork(requestKey);
  return receiptOf(redaction);
};

/**
 * Goes on with what an earlier request with the same key has begun. What was refused, or never accepted, is asked for again as the
 * next attempt, so that nobody who still works on the one before it can settle it.
 */
const takeUp =
  (stores: RedactionStores, requestKey: RequestKey | undefined, held: boolean) =>
  async (earlier: Redaction, entry: Redaction): Promise<Redaction> => {
    const { state, attempt = 0 } = earlier;
    const isNamed = watermarkOf(entry.scope) === undefined;
    // Under a hold erasure/resume refuses it, and nobody else: it may be at work on it, from before the hold.
    if (held && isNamed && state === 'erasing') throw atWork(requestKey);
    // Its spans were those of the attempt that is refused by now, and have to be placed anew.
    if (isNamed && state === 'refused' && !entry.sequences) throw atWork(requestKey);
    if (state !== 'requested' && state !== 'refused') return carryOut(stores)({ redaction: earlier });
    const recovered = state === 'requested' ? await recoverAcceptance(stores)(earlier) : undefined;
    if (recovered?.accepted) return carryOut(stores)(recovered.accepted);
    // Which spans of a text an attempt had in mind, only its entry knows.
    const begun = state === 'requested' ? { ...earlier, requestedAt: entry.requestedAt } : entry;
    const again = { ...begun, attempt: attempt + 1 };
    if (await stores.ledger.requestAgain(again, earlier))
      return carryOut(stores)(await accept(stores)(again, recovered?.seen));
    return takeUp(stores, requestKey, held)(await stores.ledger.read(entry), entry);
  };

/**
 * The walk of every redaction: request, accept, erase, settle. The receipt says how far it came: `erasing`
 * if it is large and the workflow goes on with it, `halted` if a legal hold was placed while it ran and nobody can read any more what it
 * covers. Throws ConversationNotFound and LegalHold with nothing changed.
 */
export const redact =
  (stores: RedactionStores) =>
  async (command: RedactCommand, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    const { caller, conversationId, scope, sequences, reason, actingAs } = command;
    const { tenantId, keyId, requestId } = caller;
    const { guards, ledger, now } = stores;
    const guard = await guards.read(tenantId, conversationId);
    const entry: Redaction = {
      id: redactionIdOf(tenantId, conversationId, requestKey),
      tenantId,
      conversationId,
      scope,
      state: 'requested',
      attempt: 1,
      actor: keyId,
      requestId,
      actingAs,
      reason,
      requestedAt: now(),
      requestedThrough: guard.nextSequence - 1,
      sequences,
    };
    if (guard.held) {
      // What the same key began before the hold continues as far as the hold lets it, or is refused for good.
      const begun = requestKey && (await ledger.knows(entry));
      if (!begun) {
        record('refusedByHold');
        throw new LegalHold();
      }
    } else if (await ledger.request(entry))
      return answered(await carryOut(stores)(await accept(stores)(entry, guard)), requestKey);

    const earlier = await ledger.read(entry);
    // The record of this key is gone by now, and its redaction must not answer for what came after it.
    if (requestKey && now() - earlier.requestedAt > idempotencyKeyLifetime)
      throw new IdempotencyKeyReused(requestKey.key);
    // A failed attempt frees the record but not the entry, which must not answer for another target.
    if (requestKey && targetOf(earlier.scope) !== targetOf(scope)) throw new IdempotencyKeyReused(requestKey.key);
    return answered(await takeUp(stores, requestKey, guard.held)(earlier, entry), requestKey);
  };
