/* oxlint-disable unicorn/require-post-message-target-origin -- a worker has no origin */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import type { FunctionDefinition } from './function-definition.ts';
import type { Invocation, Outcome, RuntimeSettings } from './runtime.ts';

// Lambda gives a function as long to load, whatever its timeout.
const loadTimeoutMs = 10_000;

/** An invocation that gave no result; named as Lambda names it, or as the error that the handler threw. */
export class FunctionError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** A worker thread that holds one loaded copy of a function and runs one invocation at a time. */
export type ExecutionEnvironment = {
  isAlive(): boolean;
  /** The handler's result as JSON text; an error if it throws, times out or ends the worker, or could not be loaded. */
  invoke(payload: string): Promise<string>;
  stop(): Promise<void>;
};

/** Starts a worker for a function; what it writes to stdout and stderr comes out line by line. */
export const startEnvironment = (
  { variables, timeoutMs, ...settings }: FunctionDefinition,
  onLine: (line: string) => void,
): ExecutionEnvironment => {
  const worker = new Worker(new URL('./runtime.ts', import.meta.url), {
    env: variables,
    workerData: settings satisfies RuntimeSettings,
    // Neither a test runner's flags nor a debugger's are meant for the function.
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: settings.memoryMb },
    stdout: true,
    stderr: true,
  });
  for (const output of [worker.stdout, worker.stderr]) createInterface(output).on('line', onLine);

  let alive = true;
  let stopped = false;
  let causeOfDeath: unknown = new FunctionError('Runtime.ExitError', 'Runtime exited without providing a reason');
  let waiting = Promise.withResolvers<unknown>();
  worker.on('message', (message: unknown) => waiting.resolve(message));
  worker.on('error', (error) => (causeOfDeath = error));
  worker.on('exit', () => {
    alive = false;
    // As in Lambda's log: what a crash or a timeout was shows nowhere else.
    if (!stopped) onLine(String(causeOfDeath));
    waiting.reject(causeOfDeath);
  });

  // The worker's next message, or the reason why there will be none.
  const receive = async (limitMs: number): Promise<unknown> => {
    const timer = setTimeout(() => {
      causeOfDeath = new FunctionError(
        'Sandbox.Timedout',
        `Task timed out after ${(limitMs / 1000).toFixed(2)} seconds`,
      );
      void worker.terminate();
    }, limitMs);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
    }
  };
  const loaded = receive(loadTimeoutMs);

  return {
    isAlive: () => alive,

    invoke: async (payload) => {
      await loaded;
      waiting = Promise.withResolvers();
      const invocation: Invocation = { payload, requestId: randomUUID(), deadline: Date.now() + timeoutMs };
      worker.postMessage(invocation);
      const outcome = (await receive(timeoutMs)) as Outcome;
      if ('errorType' in outcome) throw new FunctionError(outcome.errorType, outcome.errorMessage);
      return outcome.result;
    },

    stop: async () => {
      stopped = true;
      await worker.terminate();
    },
  };
};
