import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import type * as z from 'zod/mini';
import { documents } from '../clients.ts';
import { sealReader, tableGate } from '../conversations/seal-store.ts';
import { requireEnv } from '../env.ts';
import { DomainError } from '../errors.ts';
import { logger, traceOf } from '../logger.ts';
import { publishMetrics } from '../metrics.ts';
import { domainErrorOf } from '../overload.ts';

/** What Step Functions keeps of an error for 90 days: its name, by which it is retried, and no text but our own. */
const recorded = (error: Error | null | undefined): Error => {
  const message = error instanceof DomainError ? error.message : "The function's log has it";
  return Object.assign(new Error(message), { name: error?.name ?? 'Error' });
};

const failing: MiddlewareObj = {
  onError: (request) => {
    const error = domainErrorOf(request.error);
    logger.error('task failed', traceOf(error));
    request.error = recorded(error);
  },
};

/**
 * The one middleware list of functions that no caller waits for, the workflow's tasks and the schedule: they
 * get ids, and give back ids and counts. The log context comes first, so that a failure is logged in it; the metrics are
 * printed last. Each run leaves a line, by which a redaction is followed from step to step. Their schemas
 * are zod/mini's: a fifth of the whole library, and nobody reads the messages.
 */
export const task = <Input, Result>(
  input: z.ZodMiniType<Input>,
  run: (input: Input, context: Context) => Promise<Result>,
  /** What ties its log lines to a redaction. */
  idsOf: (input: Input) => Record<string, string | number | undefined> = () => ({}),
) => {
  const assertReplayed = tableGate(sealReader(documents, requireEnv('TABLE_NAME')), requireEnv('TABLE_ID'));
  return middy<unknown, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use({ after: publishMetrics, onError: publishMetrics })
    .use(failing)
    .handler(async (event, context) => {
      const parsed = input.parse(event);
      logger.appendKeys(idsOf(parsed));
      await assertReplayed();
      const result = await run(parsed, context);
      logger.info('task done');
      return result;
    });
};
