import { AsyncLocalStorage } from 'node:async_hooks';
import { TimedOut } from '../errors.ts';

const deadlines = new AsyncLocalStorage<number>();

/** Runs an operation that may call AWS for so many milliseconds and no longer. */
export const withDeadline = <Result>(milliseconds: number, operation: () => Promise<Result>): Promise<Result> =>
  deadlines.run(Date.now() + milliseconds, operation);

type Send = (request: unknown) => Promise<unknown>;

/** Any client of the SDK, whose types tell the steps of its stack apart and agree on none for all clients. */
interface Client {
  middlewareStack: { add(middleware: unknown, options: unknown): void };
}

/**
 * Makes a client send nothing in the name of a request that was answered. Lambda does not end what a function had under way
 * when it answered: it freezes it, and lets it go on with the next invocation, hours later perhaps, when a legal
 * hold was placed or the redaction refused. Inside the SDK's retries, so that none of them is sent either.
 */
export const keepDeadline = ({ middlewareStack }: Client): void => {
  middlewareStack.add(
    (next: Send): Send =>
      async (request) => {
        if (Date.now() >= (deadlines.getStore() ?? Infinity)) throw new TimedOut();
        return next(request);
      },
    { step: 'deserialize', name: 'keepDeadline', override: true },
  );
};
