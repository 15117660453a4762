import { createServer } from 'node:http';
import { type Listening, listenHere } from '../../infra/local/loopback.ts';

/** What Lambda answers to GetAccountSettings: the account's concurrent executions, or an error. */
export type AccountAnswer = { quota: number; unreserved?: number } | { status: number; error: string };

/** A Lambda that knows nothing but its account's settings. */
export const startLambdaAccount = async (): Promise<
  Listening & { answer: (next: AccountAnswer) => void; calls: string[] }
> => {
  let current: AccountAnswer = { quota: 1_000 };
  const calls: string[] = [];
  const server = createServer(({ method, url }, response) => {
    calls.push(`${method} ${url}`);
    response.setHeader('content-type', 'application/json');
    if ('error' in current) {
      response.writeHead(current.status, { 'x-amzn-errortype': current.error }).end('{"Message":"no"}');
      return;
    }
    const { quota, unreserved = quota } = current;
    const limit = { ConcurrentExecutions: quota, UnreservedConcurrentExecutions: unreserved };
    response.end(JSON.stringify({ AccountLimit: limit, AccountUsage: { FunctionCount: 0, TotalCodeSize: 0 } }));
  });
  return {
    ...(await listenHere(server)),
    calls,
    answer: (next) => {
      current = next;
    },
  };
};
