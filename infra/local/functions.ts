import { type ExecutionEnvironment, FunctionError, startEnvironment } from './execution-environment.ts';
import type { FunctionDefinition } from './function-definition.ts';

/** A function of the template, ready to be invoked. */
export type LocalFunction = Pick<FunctionDefinition, 'arn' | 'folder'> & {
  /** Takes an event and gives a result, both as JSON text; a `FunctionError` if there is no result. */
  invoke(payload: string): Promise<string>;
  stop(): Promise<void>;
};

/** Receives what functions write to stdout and stderr. */
export type OnLog = (folder: string, line: string) => void;

// Lambda's quotas for a synchronous invocation; the second is what its error message says.
const maxRequestBytes = 6_291_456;
const maxResponseBytes = 6_291_556;

// A burst is over sooner with few threads than with many, each of which takes 170 ms of a core to load and 40 MB;
// further invocations wait for their turn.
const maxEnvironments = 6;
const idleMs = 60_000;

/** Lets so many run at once; the others wait in the order in which they came. */
const limitConcurrency = (limit: number) => {
  const queue: (() => void)[] = [];
  let running = 0;
  return async <Result>(run: () => Promise<Result>): Promise<Result> => {
    if (running < limit) running += 1;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await run();
    } finally {
      const next = queue.shift();
      if (next) next();
      else running -= 1;
    }
  };
};

/** Keeps a function's execution environments as Lambda does: started on demand, used again while warm, gone when long idle. */
export const startFunction = (definition: FunctionDefinition, onLog: OnLog): LocalFunction => {
  const { arn, folder, reservedConcurrency = maxEnvironments } = definition;
  const limited = limitConcurrency(Math.min(reservedConcurrency, maxEnvironments));
  const environments = new Set<ExecutionEnvironment>();
  const idle = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  let stopped = false;

  const discard = async (environment: ExecutionEnvironment) => {
    clearTimeout(idle.get(environment));
    idle.delete(environment);
    environments.delete(environment);
    await environment.stop();
  };

  const takeWarm = () => {
    // The one used last comes first, so that a quiet function's other environments grow old and go.
    for (const [environment, timer] of [...idle].toReversed()) {
      clearTimeout(timer);
      idle.delete(environment);
      if (environment.isAlive()) return environment;
      environments.delete(environment);
    }
    return undefined;
  };

  const start = () => {
    const environment = startEnvironment(definition, (line) => onLog(folder, line));
    environments.add(environment);
    return environment;
  };

  const run = async (payload: string) => {
    // One that waited for its turn would start an environment that nothing stops.
    if (stopped) throw new FunctionError('ServiceException', 'The function has stopped');
    const environment = takeWarm() ?? start();
    try {
      const result = await environment.invoke(payload);
      if (Buffer.byteLength(result) <= maxResponseBytes) return result;
      throw new FunctionError(
        'Function.ResponseSizeTooLarge',
        `Response payload size exceeded maximum allowed payload size (${maxResponseBytes} bytes).`,
      );
    } finally {
      if (environment.isAlive()) idle.set(environment, setTimeout(() => void discard(environment), idleMs).unref());
      else environments.delete(environment);
    }
  };

  return {
    arn,
    folder,

    invoke: async (payload) => {
      if (Buffer.byteLength(payload) <= maxRequestBytes) return limited(() => run(payload));
      throw new FunctionError(
        'RequestEntityTooLargeException',
        `Request must be smaller than ${maxRequestBytes} bytes`,
      );
    },

    stop: async () => {
      stopped = true;
      await Promise.all([...environments].map(discard));
    },
  };
};
