import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request as sendRequest, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { localAws } from '../local-aws.ts';
import { listenHere } from '../loopback.ts';

/** What a gate is asked to let through. */
export type GateRequest = { accessKeyId: string; message: IncomingMessage; body: Buffer };

/** What is answered in the place of the service. */
export type Refusal = { status: number; contentType: string; body: string };

export type GateOptions = {
  /** The service behind it. */
  target: string;
  /** Undefined lets the request through. */
  refuse: (request: GateRequest) => Promise<Refusal | undefined>;
  /** May take the place of what the service answered. */
  refuseAnswer?: (request: GateRequest, status: number) => Promise<Refusal | undefined>;
};

/** A door before one service of this machine. */
export type Gate = { endpoint: string; stop(): Promise<void> };

const accessKeyPattern = /(?<=Credential=)[^/%]+/;

/** Who signed a request: by its header or, of a link, by its query. */
const accessKeyOf = ({ headers, url = '' }: IncomingMessage): string =>
  (accessKeyPattern.exec(headers.authorization ?? '') ?? accessKeyPattern.exec(url))?.[0] ?? '';

/** Stands before a service on the loopback interface, and hands on what is not refused. */
export const startGate = async ({ target, refuse, refuseAnswer }: GateOptions): Promise<Gate> => {
  const { hostname, port, host } = new URL(target);
  const agent = new Agent({ keepAlive: true });

  const forward = async ({ headers, method, url }: IncomingMessage, body: Buffer): Promise<IncomingMessage> => {
    const { expect: _, authorization, ...rest } = headers;
    // DynamoDB Local keeps the data of each access key apart, and no emulator checks a signature.
    const signed = authorization?.replace(accessKeyPattern, localAws.credentials.accessKeyId);
    const sent = sendRequest({
      agent,
      hostname,
      port,
      method,
      path: url,
      headers: {
        ...rest,
        host,
        ...(signed !== undefined && { authorization: signed }),
      },
    });
    sent.end(body);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    return answer;
  };

  const serve = async (message: IncomingMessage, response: ServerResponse) => {
    const request = { accessKeyId: accessKeyOf(message), message, body: await buffer(message) };
    const answerWith = ({ status, contentType, body }: Refusal) =>
      response.writeHead(status, { 'content-type': contentType }).end(message.method === 'HEAD' ? '' : body);

    const refusal = await refuse(request);
    if (refusal) return answerWith(refusal);
    const answer = await forward(message, request.body);
    const status = answer.statusCode ?? 500;
    const late = await refuseAnswer?.(request, status);
    if (!late) return pipeline(answer, response.writeHead(status, answer.headers));
    answer.resume();
    return answerWith(late);
  };

  const server = createServer((message, response) => {
    // The wire was cut on either side, and so it looks on the other.
    serve(message, response).catch(() => message.socket.destroy());
  });
  // The SDK reuses connections; one that the server closed in that moment would fail a request.
  server.keepAliveTimeout = 0;
  const { endpoint, stop } = await listenHere(server);

  return {
    endpoint,
    stop: async () => {
      await stop();
      agent.destroy();
    },
  };
};
