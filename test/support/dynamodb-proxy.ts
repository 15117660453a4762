import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call on its way to DynamoDB. */
export interface DynamoDBCall {
  /** E.g. `UpdateItem`. */
  operation: string;
  input: any;
}

/** What becomes of a call: it is cut off before or after it was carried out, or its answer never comes. */
export type Interference = 'cut before' | 'cut after' | 'hang after' | undefined;

/** A DynamoDB endpoint whose wire can be cut, between functions and the real one. */
export interface DynamoDBProxy {
  endpoint: string;
  /** Decides on each call from now on; without an argument every call goes through. */
  interfere: (decide?: (call: DynamoDBCall) => Interference) => void;
  stop: () => Promise<void>;
}

const readAll = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
};

/** Starts a proxy on a free port that lets everything through until it is told otherwise. */
export const startDynamoDBProxy = async (target: string): Promise<DynamoDBProxy> => {
  const { hostname, port, host } = new URL(target);
  let decide: (call: DynamoDBCall) => Interference = () => undefined;

  const forward = async ({ method, url, headers }: IncomingMessage, body: Buffer) => {
    const forwarded = request({ hostname, port, method, path: url, headers: { ...headers, host } });
    forwarded.end(body);
    const [answer] = (await once(forwarded, 'response')) as [IncomingMessage];
    return { status: answer.statusCode ?? 500, headers: answer.headers, body: await readAll(answer) };
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await readAll(incoming);
    const operation = String(incoming.headers['x-amz-target'] ?? '').replace(/^.*\./, '');
    const interference = decide({ operation, input: body.length > 0 ? JSON.parse(body.toString('utf8')) : {} });
    if (interference === 'cut before') return incoming.socket.resetAndDestroy();
    const answer = await forward(incoming, body);
    if (interference === 'cut after') return incoming.socket.resetAndDestroy();
    if (interference === 'hang after') return undefined;
    return response.writeHead(answer.status, answer.headers).end(answer.body);
  };

  const server = createServer((incoming, response) => {
    // A caller that was killed leaves a socket that can't be answered.
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    interfere: (chosen = () => undefined) => {
      decide = chosen;
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
