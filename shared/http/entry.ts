import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Answer, Wire } from '../dialects/dialect.ts';
import { TimedOut } from '../errors.ts';
import { logger, traceOf } from '../logger.ts';
import { publishMetrics } from '../metrics.ts';
import { domainErrorOf } from '../overload.ts';

export type HttpEvent = APIGatewayProxyEventV2;
export type HttpResult = APIGatewayProxyStructuredResultV2;

/**
 * What is left of the function's 32 s when it gives up, in milliseconds: the answer in the dialect's words comes at 28 s, before
 * API Gateway's own at 30. Between them is a cold start, which counts there and not here.
 */
export const timeToAnswer = 4_000;

const rendered = ({ status, headers = {}, body }: Answer): HttpResult => ({
  statusCode: status,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
  body: body === undefined ? '' : JSON.stringify(body),
});

/** Puts the request's id and the version's headers on every answer, and words every error as the API does. */
const answering = (wireOf: (event: HttpEvent) => Wire): MiddlewareObj<HttpEvent, HttpResult> => {
  const complete = (event: HttpEvent, result: HttpResult): HttpResult => {
    const headers = { 'x-request-id': event.requestContext.requestId, ...wireOf(event).headers(event.headers) };
    return { ...result, headers: { ...result.headers, ...headers } };
  };
  return {
    after: (request) => {
      if (request.response) request.response = complete(request.event, request.response);
    },
    onError: (request) => {
      const error = domainErrorOf(request.error);
      const answer = wireOf(request.event).error(error, { requestId: request.event.requestContext.requestId });
      if (answer.status >= 500) logger.error('request failed', traceOf(error));
      else logger.info('request refused', { error: error?.name });
      request.response = complete(request.event, rendered(answer));
    },
  };
};

/** Ties the log lines of a request together, and to those of the executions that it starts. */
const correlating: MiddlewareObj<HttpEvent, HttpResult> = {
  before: ({ event }) => {
    logger.setCorrelationId(event.requestContext.requestId);
  },
};

/**
 * The one middleware list of HTTP functions. On the way in the log context comes first. On the way out the
 * order turns: the answer is worded, then gets its security headers, errors like all others; then the metrics are printed.
 */
export const httpEntry = (
  wireOf: (event: HttpEvent) => Wire,
  run: (event: HttpEvent, context: Context) => Promise<Answer>,
) =>
  middy<HttpEvent, HttpResult>({
    timeoutEarlyInMillis: timeToAnswer,
    timeoutEarlyResponse: () => {
      throw new TimedOut();
    },
  })
    .use(injectLambdaContext(logger, { resetKeys: true }))
    .use(correlating)
    .use({ after: publishMetrics, onError: publishMetrics })
    .use(httpSecurityHeaders())
    .use(answering(wireOf))
    .handler(async (event, context) => rendered(await run(event, context)));
