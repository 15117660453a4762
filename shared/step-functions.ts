import { SFNClient } from '@aws-sdk/client-sfn';

/** A caller waits for the start of an execution and needn't: what does not start in time is started by erasure/resume. */
export const stepFunctions = new SFNClient({
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
});
