import { NotResumed } from '../../../shared/errors.ts';
import { logger, traceOf } from '../../../shared/logger.ts';
import { type RedactionStores, resumeRedaction } from '../../../shared/redactions/carry-out.ts';

/** Nearly twice the 32 s that a request's function may run: what is older is nobody's any more. In milliseconds. */
export const abandonedAfter = 60_000;
/** What one bucket may take at worst, throttled and retried; with less time left nothing new is begun. */
const timeForOne = 30_000;

export interface Resumed {
  resumed: number;
}

/**
 * Goes on with every redaction that somebody began and nobody settled, oldest first, while the time lasts. Throws
 * NotResumed at the end if some could not be.
 */
export const resumeOpen =
  (stores: RedactionStores) =>
  async (timeLeft: () => number): Promise<Resumed> => {
    const counts = { resumed: 0, failed: 0 };
    for await (const ref of stores.ledger.open(stores.now() - abandonedAfter)) {
      if (timeLeft() < timeForOne) break;
      const ids = { redactionId: ref.id, conversationId: ref.conversationId, tenantId: ref.tenantId };
      try {
        const { state } = await resumeRedaction(stores, 'refuse')(await stores.ledger.read(ref));
        counts.resumed++;
        logger.info('redaction resumed', { ...ids, state });
      } catch (error) {
        // One that fails must not keep the others waiting; it stays open and is tried again.
        counts.failed++;
        logger.error('redaction not resumed', { ...ids, ...traceOf(error) });
      }
    }
    // So that the function's alarm rings: nobody waits for the answer.
    if (counts.failed > 0) throw new NotResumed(`${counts.failed} of the open redactions could not be resumed`);
    return { resumed: counts.resumed };
  };
