import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import type { IncomingMessage, RequestListener } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import type { Egress } from '../../shared/attachments/fetch-file.ts';
import { selfSigned } from './self-signed.ts';

/** Names that the host's certificate is for. */
export const names = ['files.example.com', 'cdn.example.com', 'other.example.net', 'xn--bcher-kva.example.com'];

/** A public address, where the host pretends to be. */
export const somewhere: LookupAddress = { address: '93.184.215.14', family: 4 };

/**
 * An https server on this machine that is reached under public names. Its egress answers what `resolver` does and takes
 * every connection to the server, whatever address it is for, and records that address.
 */
export const startFileHost = async (answer: RequestListener) => {
  const { key, cert } = selfSigned(names, Date.now());
  const requests: IncomingMessage[] = [];
  const server = createServer({ key, cert }, (incoming, response) => {
    requests.push(incoming);
    answer(incoming, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const egressWith = (
    resolver: (host: string) => LookupAddress[] | Promise<LookupAddress[]> = () => [somewhere],
    trusted: string | undefined = cert,
  ) => {
    const asked: string[] = [];
    const dialled: { host: unknown; port: unknown; addresses: LookupAddress[] }[] = [];
    const egress: Egress = {
      resolve: async (host) => {
        asked.push(host);
        return resolver(host);
      },
      request: (options) => {
        const { lookup, host } = options;
        void promisify((done: (error: unknown, addresses: LookupAddress[]) => void) => {
          lookup!(String(host), { all: true }, (error, addresses) => done(error, addresses as LookupAddress[]));
        })().then((addresses) => dialled.push({ host, port: options.port, addresses }));
        return request({
          ...options,
          port,
          ...(trusted !== undefined && { ca: trusted }),
          lookup: (_, { all }, done) =>
            all === true ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
        });
      },
    };
    return { egress, asked, dialled };
  };

  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  return { requests, egressWith, stop };
};
