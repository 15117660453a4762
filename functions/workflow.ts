import { requireEnv } from '../shared/env.ts';
import { erasureWorkflow, startedLater } from '../shared/redactions/workflow.ts';
import { stepFunctions } from '../shared/step-functions.ts';

/** The state machine of this environment; only functions that redact whole conversations know it. */
export const workflow = erasureWorkflow(stepFunctions, requireEnv('STATE_MACHINE_ARN'));

export const workflowOfRequest = startedLater(workflow);
