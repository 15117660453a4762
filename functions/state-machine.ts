import { requireEnv } from '../shared/env.ts';
import { erasureWorkflow } from '../shared/redactions/workflow.ts';
import { stepFunctions } from '../shared/step-functions.ts';

/** The state machine of this environment. */
export const stateMachine = erasureWorkflow(stepFunctions, requireEnv('STATE_MACHINE_ARN'));
