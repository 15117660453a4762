import { LegalHold, NotResumed } from '../../../shared/errors.ts';
import { logger, traceOf } from '../../../shared/logger.ts';
import { record } from '../../../shared/metrics.ts';
import { type RedactionStores, resumeRedaction } from '../../../shared/redactions/carry-out.ts';
import type { RedactionRef } from '../../../shared/redactions/ledger-entry.ts';
import type { RedactionState } from '../../../shared/redactions/redaction.ts';

/** Nearly twice the 32 s that a request's function may run: what is older is nobody's any more. In milliseconds. */
export const abandonedAfter = 60_000;
/** What one bucket may take at worst, throttled and retried; with less time left nothing new is begun. */
const timeForOne = 30_000;

export interface Resumed {
  resumed: number;
}

/** How far it came, if it could be gone on with. */
const resumeOne =
  (stores: RedactionStores, before: number) =>
  async (ref: RedactionRef): Promise<RedactionState | undefined> => {
    const ids = { redactionId: ref.id, conversationId: ref.conversationId, tenantId: ref.tenantId };
    try {
      const entry = await stores.ledger.read(ref);
      // It was asked for again since it was listed, so a request is at work on it.
      if (entry.state === 'requested' && entry.requestedAt >= before) return entry.state;
      const { state } = await resumeRedaction(stores)(entry);
      logger.info('redaction resumed', { ...ids, correlation_id: entry.requestId, state });
      return state;
    } catch (error) {
      // It was not accepted before its conversation was held, and is refused as its caller would have been told.
      if (error instanceof LegalHold) return 'refused';
      // One that fails must not keep the others waiting; it stays open and is tried again.
      logger.error('redaction not resumed', { ...ids, ...traceOf(error) });
      return undefined;
    }
  };

/**
 * Goes on with every redaction that somebody began and nobody settled, oldest first, while the time lasts, and tells how
 * many stay open and how old the oldest is; those that a legal hold halts are counted apart, since they may wait for years.
 * Throws NotResumed at the end if some could not be gone on with.
 */
export const resumeOpen =
  (stores: RedactionStores) =>
  async (timeLeft: () => number): Promise<Resumed> => {
    const counts = { resumed: 0, failed: 0, open: 0, halted: 0 };
    const startedAt = stores.now();
    let oldest = startedAt;
    const before = startedAt - abandonedAfter;
    for await (const { openedAt, ...ref } of stores.ledger.open(before)) {
      const begun = timeLeft() >= timeForOne;
      const state = begun ? await resumeOne(stores, before)(ref) : undefined;
      if (state) counts.resumed++;
      else if (begun) counts.failed++;
      if (state === 'halted') counts.halted++;
      if (state === 'halted' || state === 'completed' || state === 'refused') continue;
      counts.open++;
      oldest = Math.min(oldest, openedAt);
    }
    record('open', counts.open);
    record('halted', counts.halted);
    record('oldestOpen', Math.round((startedAt - oldest) / 1000));
    // So that the function's alarm rings: nobody waits for the answer.
    if (counts.failed > 0) throw new NotResumed(`${counts.failed} of the open redactions could not be resumed`);
    return { resumed: counts.resumed };
  };
