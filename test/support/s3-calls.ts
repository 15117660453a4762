import { s3 } from '../../shared/s3.ts';

export interface S3Call {
  command: string;
  input: any;
}

/** What becomes of a call: something happens before it or after it, or its answer is changed. */
export type S3Interference =
  | { before: () => Promise<unknown> }
  | { after: () => Promise<unknown> }
  | { output: (output: any) => void }
  | undefined;

/** Runs with every call to S3 noted, and interfered with where `decide` says so; gives the calls in order. */
export const s3Calls = async (
  run: () => Promise<unknown>,
  decide: (call: S3Call) => S3Interference = () => undefined,
): Promise<S3Call[]> => {
  const calls: S3Call[] = [];
  s3.middlewareStack.add(
    (next, context) => async (args) => {
      const call = { command: String(context['commandName']).replace('Command', ''), input: args.input };
      calls.push(call);
      const interference = decide(call);
      if (interference && 'before' in interference) await interference.before();
      const result = await next(args);
      if (interference && 'after' in interference) await interference.after();
      if (interference && 'output' in interference) interference.output(result.output);
      return result;
    },
    // Behind the retries, so that each attempt is one; a link that is signed does not come here.
    { step: 'finalizeRequest', priority: 'low', name: 'note-calls' },
  );
  try {
    await run();
  } finally {
    s3.middlewareStack.remove('note-calls');
  }
  return calls;
};

/** How many calls of each kind there were. */
export const countOf = (calls: S3Call[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { command } of calls) counts[command] = (counts[command] ?? 0) + 1;
  return counts;
};
