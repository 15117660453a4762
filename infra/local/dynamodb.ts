import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import dynalite from 'dynalite';

/** A DynamoDB on this machine, reachable from this machine only. */
export type LocalDynamoDB = { endpoint: string; stop(): Promise<void> };

/** Starts an embedded DynamoDB on a free port, in memory or kept in a folder. */
export const startDynamoDB = async (dataDir?: string): Promise<LocalDynamoDB> => {
  if (dataDir) await mkdir(dataDir, { recursive: true });
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, ...(dataDir && { path: dataDir }) });
  // The SDK reuses connections; one that the server closed in that moment would fail a request.
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
      await promise;
    },
  };
};
