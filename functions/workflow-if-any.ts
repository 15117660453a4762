import type { Workflow } from '../shared/redactions/workflow.ts';

/** For the schedule, most of whose runs meet no large redaction: the client of Step Functions is loaded with the first one that does. */
export const workflow: Workflow = {
  // In a file beside the bundle (infra/bundles).
  start: async (redaction) => (await import('./state-machine.ts')).stateMachine.start(redaction),
};
