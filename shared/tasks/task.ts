import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { Context } from 'aws-lambda';
import { logger } from '../logger.ts';

/** The one middleware list of functions that no caller waits for: they get ids, and give back ids and counts. */
export const task = <Result>(run: (context: Context) => Promise<Result>) =>
  middy<unknown, Result>()
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .handler(async (_, context) => run(context));
