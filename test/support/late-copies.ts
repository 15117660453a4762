import { documents } from '../../shared/clients.ts';
import type { s3 } from '../../shared/s3.ts';
import { type Attempt, Killed } from './faults.ts';

/** A request that DynamoDB or S3 got and has not applied yet. */
export interface LateCopy {
  /** How many calls were sent that match: the late copy is one of the first. */
  attempts: () => number;
  /** Applies it now; false if its condition refuses it. */
  apply: () => Promise<boolean>;
}

/**
 * Holds back the first attempt that matches, for as long as `run` takes and longer. Its sender stops waiting: the SDK sends the request
 * again, or, if it `dies`, nothing more of that process is sent.
 */
export const holdingBack = async <T>(
  matches: (attempt: Attempt) => boolean,
  run: () => Promise<T>,
  { dies = false, client = documents }: { dies?: boolean; client?: typeof documents | typeof s3 } = {},
): Promise<{ result: PromiseSettledResult<T>; late: LateCopy }> => {
  let attempts = 0;
  let dead = false;
  let held: (() => Promise<unknown>) | undefined;
  const stack = client.middlewareStack as Pick<typeof documents.middlewareStack, 'add' | 'remove'>;
  stack.add(
    (next: (args: any) => Promise<any>, context: { commandName?: string }) => async (args: any) => {
      if (dead) throw new Killed();
      if (!matches({ command: context.commandName ?? '', input: args.input })) return next(args);
      if (attempts++ > 0) return next(args);
      held = () => next(args);
      dead = dies;
      if (dies) throw new Killed();
      throw Object.assign(new Error('no answer'), { name: 'TimeoutError', $retryable: {} });
    },
    { step: 'finalizeRequest', priority: 'low', name: 'hold-back' },
  );
  const [result] = await Promise.allSettled([run()]).finally(() => stack.remove('hold-back'));
  if (!held) throw new Error('Nothing was sent that matches');
  const send = held;
  const apply = async () => {
    try {
      await send();
      return true;
    } catch (error) {
      if (['ConditionalCheckFailedException', 'PreconditionFailed', 'NoSuchKey'].includes((error as Error).name))
        return false;
      throw error;
    }
  };
  return { result, late: { attempts: () => attempts, apply } };
};
