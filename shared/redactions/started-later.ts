import { logger, traceOf } from '../logger.ts';
import type { Workflow } from './workflow.ts';

/** For callers who wait: they have their acknowledgement either way, and what can't be started now, erasure/resume starts. */
export const startedLater = (workflow: Workflow): Workflow => ({
  start: async (redaction) => {
    try {
      return await workflow.start(redaction);
    } catch (error) {
      logger.error('execution not started', { redactionId: redaction.id, ...traceOf(error) });
      return true;
    }
  },
});
