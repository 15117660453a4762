import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;

export interface Call {
  key?: string | undefined;
  path?: Record<string, string>;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
  isBase64Encoded?: boolean;
  rawPath?: string;
  /** The milliseconds that the function has. */
  remaining?: number;
}

export interface Answer<Body = Record<string, any>> {
  status: number;
  headers: Record<string, string>;
  body: Body;
  text: string;
}

export const contextOf = (remaining = 32_000): Context => {
  const end = Date.now() + remaining;
  return {
    awsRequestId: randomUUID(),
    functionName: 'test',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:111111111111:function:test',
    memoryLimitInMB: '512',
    logGroupName: 'test',
    logStreamName: 'test',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, end - Date.now()),
    done: () => {},
    fail: () => {},
    succeed: () => {},
  };
};

/** Drives an exported handler with an event as API Gateway's HTTP API builds it. */
export const call = async (
  handler: unknown,
  { key, path, query, headers, body, isBase64Encoded = false, rawPath = '/', remaining }: Call = {},
): Promise<Answer> => {
  const text = typeof body === 'string' ? body : body === undefined ? undefined : JSON.stringify(body);
  const event = {
    version: '2.0',
    routeKey: 'test',
    rawPath,
    rawQueryString: '',
    headers: { ...(key !== undefined && { authorization: `Bearer ${key}` }), ...headers },
    ...(path && { pathParameters: path }),
    ...(query && { queryStringParameters: query }),
    ...(text !== undefined && { body: text }),
    isBase64Encoded,
    requestContext: { requestId: randomUUID(), stage: '$default', http: { method: 'POST', path: rawPath } },
  } as unknown as APIGatewayProxyEventV2;
  const result = await (handler as Handler)(event, contextOf(remaining));
  const answered = result.body ?? '';
  return {
    status: result.statusCode ?? 0,
    headers: result.headers as Record<string, string>,
    body: answered === '' ? {} : JSON.parse(answered),
    text: answered,
  };
};
