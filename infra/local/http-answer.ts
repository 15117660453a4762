import type { ServerResponse } from 'node:http';
import * as z from 'zod';

/** What goes back over the wire. */
export type HttpAnswer = { status: number; headers: Record<string, string | string[]>; body: string | Buffer };

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
const structuredResult = z.object({
  statusCode: z.int().min(200).max(599),
  headers: z.record(z.string(), z.coerce.string()).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

const json = 'application/json';

/** An answer that API Gateway gives itself, e.g. 413 `{"message":"Request Entity Too Large"}`. */
export const gatewayAnswer = (status: number, message: string): HttpAnswer => ({
  status,
  headers: { 'content-type': json },
  body: JSON.stringify({ message }),
});

/** Reads a function's result as an HTTP API does; a result that it would not accept is an error. */
export const readAnswer = (result: string): HttpAnswer => {
  const value: unknown = JSON.parse(result);
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    return { status: 200, headers: { 'content-type': json }, body: typeof value === 'string' ? value : result };
  }
  const { statusCode, headers, cookies, body, isBase64Encoded } = structuredResult.parse(value);
  const lowerCase = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name.toLowerCase(), text]));
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...lowerCase,
      ...(cookies.length > 0 && { 'set-cookie': cookies }),
    },
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
};

/** Sends an answer, under the request id that AWS would give it. */
export const sendAnswer = (
  response: ServerResponse,
  { status, headers, body }: HttpAnswer,
  requestId: string,
): void => {
  const length = { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...headers, ...length, 'apigw-requestid': requestId }).end(body);
};
