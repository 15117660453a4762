import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import { type Cors, corsHeaders, preflightAnswer } from './cors.ts';
import { FunctionError } from './execution-environment.ts';
import type { LocalFunction } from './functions.ts';
import { gatewayAnswer, type HttpAnswer, readAnswer, sendAnswer } from './http-answer.ts';
import { buildEvent, splitTarget } from './http-event.ts';
import { makeRouter, type Route } from './routes.ts';
import { listenHere } from './loopback.ts';

/** Hears of every answer: the key of its route, its status and its milliseconds. */
export type OnRequest = (routeKey: string, status: number, ms: number) => void;

/** Pages that this machine serves beside the API, by path; undefined for a path that has none. */
export type Pages = (path: string) => HttpAnswer | undefined;

/** An HTTP API on this machine. */
export type Gateway = { url: string; stop(): Promise<void> };

export type GatewayOptions = {
  /** 0 takes a free one. */
  port: number;
  routes: readonly Route[];
  functions: readonly LocalFunction[];
  cors?: Cors | undefined;
  onRequest?: OnRequest | undefined;
  pages?: Pages | undefined;
};

// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html
const maxBodyBytes = 10 * 1024 * 1024;
const maxHeaderBytes = 10_240;

const badRequest = gatewayAnswer(400, 'Bad Request');
const notFound = gatewayAnswer(404, 'Not Found');
const tooLarge = gatewayAnswer(413, 'Request Entity Too Large');
const internalServerError = gatewayAnswer(500, 'Internal Server Error');
const serviceUnavailable = gatewayAnswer(503, 'Service Unavailable');

/** The whole body, or nothing if it is too large; it is read to its end all the same, or the client would not hear the answer. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= maxBodyBytes) chunks.push(chunk);
    else chunks.length = 0;
  }
  return size <= maxBodyBytes ? Buffer.concat(chunks) : undefined;
};

const isWellFormed = (target: string) => {
  try {
    decodeURIComponent(splitTarget(target).path);
    return target.startsWith('/');
  } catch {
    return false;
  }
};

/** What the function answers within the time that the integration has. */
const integrate = async (invocation: Promise<string>, timeoutMs: number): Promise<HttpAnswer> => {
  const late = Promise.withResolvers<HttpAnswer>();
  const timer = setTimeout(() => late.resolve(serviceUnavailable), timeoutMs);
  try {
    return await Promise.race([invocation.then(readAnswer), late.promise]);
  } catch (error) {
    const isTooLarge = error instanceof FunctionError && error.name === 'RequestEntityTooLargeException';
    return isTooLarge ? tooLarge : internalServerError;
  } finally {
    clearTimeout(timer);
  }
};

/** Serves the routes on the loopback interface, as an HTTP API would, but without its throttles. */
export const startGateway = async ({
  port,
  routes,
  functions,
  cors,
  onRequest,
  pages,
}: GatewayOptions): Promise<Gateway> => {
  const findRoute = makeRouter(routes);
  const byArn = new Map(functions.map((target) => [target.arn, target]));
  for (const { key, functionArn } of routes) {
    if (!byArn.has(functionArn)) throw new Error(`The route ${key} leads to ${functionArn}, which is no function`);
  }

  const answer = async (request: IncomingMessage, id: string): Promise<{ routeKey: string; answer: HttpAnswer }> => {
    const { method = '', url: target = '', headersDistinct: headers, socket } = request;
    const body = await readBody(request);
    if (!isWellFormed(target)) return { routeKey: 'none', answer: badRequest };
    const preflight = preflightAnswer(cors, method, headers);
    if (preflight) return { routeKey: 'preflight', answer: preflight };
    const page = method === 'GET' ? pages?.(splitTarget(target).path) : undefined;
    if (page) return { routeKey: 'page', answer: page };
    const found = findRoute(method, splitTarget(target).path);
    const invoked = found && byArn.get(found.route.functionArn);
    if (!found || !invoked) return { routeKey: 'none', answer: notFound };
    const { key: routeKey, timeoutMs } = found.route;
    if (!body) return { routeKey, answer: tooLarge };

    const sourceIp = socket.remoteAddress ?? '';
    const event = buildEvent({ id, method, target, headers, body, sourceIp }, found.match);
    return { routeKey, answer: await integrate(invoked.invoke(JSON.stringify(event)), timeoutMs) };
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const startedAt = performance.now();
    const id = randomUUID();
    try {
      const { routeKey, answer: answered } = await answer(request, id);
      const headers = { ...answered.headers, ...corsHeaders(cors, request.headersDistinct) };
      sendAnswer(response, { ...answered, headers }, id);
      onRequest?.(routeKey, answered.status, performance.now() - startedAt);
    } catch {
      // The client went away, or a function gave a header that HTTP does not allow.
      if (!response.headersSent) sendAnswer(response, internalServerError, id);
    }
  };

  const server = createServer({ maxHeaderSize: maxHeaderBytes }, (request, response) => void serve(request, response));
  const { endpoint, stop } = await listenHere(server, port);
  return { url: endpoint, stop };
};
