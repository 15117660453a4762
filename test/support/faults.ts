import { documents } from '../../shared/clients.ts';

/** What happens to one attempt of the SDK; undefined lets it through. */
export type Fault =
  | { throwBefore: Error }
  | { throwAfter: Error }
  | { output: (output: any) => void }
  | { before: () => Promise<void> }
  | undefined;

export interface Attempt {
  command: string;
  input: any;
}

/**
 * Puts faults into the SDK's own stack for as long as `run` takes: at low priority of the last step, so
 * inside its retry loop, one decision an attempt. At the step `initialize` the input can still be changed.
 */
export const withFaults = async <T>(
  decide: (attempt: Attempt) => Fault,
  run: () => Promise<T>,
  step: 'initialize' | 'finalizeRequest' = 'finalizeRequest',
): Promise<T> => {
  documents.middlewareStack.add(
    (next, context) => async (args) => {
      const fault = decide({ command: context.commandName as string, input: args.input });
      if (fault && 'before' in fault) await fault.before();
      if (fault && 'throwBefore' in fault) throw fault.throwBefore;
      const result = await next(args);
      if (fault && 'throwAfter' in fault) throw fault.throwAfter;
      if (fault && 'output' in fault) fault.output(result.output);
      return result;
    },
    { step: step as 'finalizeRequest', priority: 'low', name: 'faults' },
  );
  try {
    return await run();
  } finally {
    documents.middlewareStack.remove('faults');
  }
};

/** An error of DynamoDB's as the SDK raises it. */
export const awsError = (name: string, retryable = false): Error =>
  Object.assign(new Error(name), {
    name,
    $fault: 'client',
    $metadata: { httpStatusCode: 400 },
    ...(retryable && { $retryable: { throttling: true } }),
  });

/** The death of the process, as far as one call can tell: nothing after it runs that touches the table. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/** Lets the calls through until `last` says so, and none after it: what stands in the table then is what a kill leaves. */
export const killAfter = (last: (attempt: Attempt) => boolean) => {
  let dead = false;
  return (attempt: Attempt): Fault => {
    if (dead) return { throwBefore: new Killed() };
    if (!last(attempt)) return undefined;
    dead = true;
    return { throwAfter: new Killed() };
  };
};
