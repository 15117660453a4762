import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { localAws } from './local-aws.ts';
import type { RouteMatch } from './routes.ts';

/** A request as it came over the wire, its body read. */
export type HttpRequest = {
  id: string;
  method: string;
  /** Path and query, still percent-encoded. */
  target: string;
  headers: Record<string, string[] | undefined>;
  body: Buffer;
  sourceIp: string;
};

// What an HTTP API hands over as text; all else, forms and requests without a content type included, comes as base64.
// The documentation does not list them; tried out on AWS: https://github.com/ministackorg/ministack/pull/766
const textTypes = /^(text\/.*|application\/(json|javascript|xml))$/;

const isText = ([contentType = '']: string[] = []) =>
  textTypes.test(contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '');

/** Splits a request target where the query begins, without the question mark. */
export const splitTarget = (target: string): { path: string; query: string } => {
  const [path = '', ...query] = target.split('?');
  return { path, query: query.join('?') };
};

const queryParameters = (query: string) => {
  const parameters = new URLSearchParams(query);
  return Object.fromEntries(Array.from(parameters.keys(), (name) => [name, parameters.getAll(name).join(',')]));
};

// 12/Mar/2020:19:03:58 +0000
const commonLogTime = (time: Date) => {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
};

/**
 * Builds the event that an HTTP API sends, payload format 2.0:
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const buildEvent = (request: HttpRequest, { routeKey, pathParameters }: RouteMatch): APIGatewayProxyEventV2 => {
  const { id, method, target, body, sourceIp } = request;
  const { cookie, ...headers } = request.headers;
  const { path, query } = splitTarget(target);
  // An HTTP API hands the path over decoded; a REST API would not.
  const rawPath = decodeURIComponent(path);
  const isBase64Encoded = body.length > 0 && !isText(headers['content-type']);
  const now = new Date();

  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: query,
    ...(cookie && { cookies: cookie.flatMap((line) => line.split('; ')) }),
    headers: Object.fromEntries(Object.entries(headers).map(([name, values]) => [name, values?.join(',')])),
    ...(query && { queryStringParameters: queryParameters(query) }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId: localAws.account,
      apiId: 'local',
      domainName: 'localhost',
      domainPrefix: 'localhost',
      http: {
        method,
        path: rawPath,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent']?.join(',') ?? '',
      },
      requestId: id,
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
  };
};
