import { startedLater } from '../shared/redactions/started-later.ts';
import { stateMachine } from './state-machine.ts';

/** For endpoints that redact whole conversations: their callers do not wait for an execution to start. */
export const workflowOfRequest = startedLater(stateMachine);
