/* oxlint-disable unicorn/require-post-message-target-origin -- a worker has no origin */
/** Runs inside a worker thread and does there what Lambda's runtime does: loads a handler once, then one invocation after the other. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import type { FunctionDefinition } from './function-definition.ts';

/** What the parent sends for one invocation; the payload is JSON text, as it is on the way to Lambda. */
export type Invocation = { payload: string; requestId: string; deadline: number };

/** What the parent gets back: the handler's result as JSON text, or the error that it threw. */
export type Outcome = { result: string } | { errorType: string; errorMessage: string };

/** What the worker is started with. */
export type RuntimeSettings = Pick<FunctionDefinition, 'name' | 'arn' | 'memoryMb' | 'moduleUrl' | 'handlerName'>;

type Handler = (event: unknown, context: Omit<Context, 'done' | 'fail' | 'succeed'>) => Promise<unknown>;

const { name, arn, memoryMb, moduleUrl, handlerName } = workerData as RuntimeSettings;
const handlerModule = (await import(moduleUrl)) as Record<string, Handler | undefined>;
const handler = handlerModule[handlerName];
if (!handler) throw new Error(`${moduleUrl} does not export ${handlerName}`);

const run = async ({ payload, requestId, deadline }: Invocation): Promise<Outcome> => {
  try {
    const result = await handler(JSON.parse(payload), {
      awsRequestId: requestId,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      memoryLimitInMB: String(memoryMb),
      logGroupName: name,
      logStreamName: 'local',
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
    });
    return { result: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    // Lambda's runtime logs what a handler throws too.
    console.error('Invoke Error', error);
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    return { errorType, errorMessage };
  }
};

const answer = async (invocation: Invocation) => parentPort?.postMessage(await run(invocation));
parentPort?.on('message', (invocation: Invocation) => void answer(invocation));
parentPort?.postMessage('ready');
