import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a server is found, and its end, which cuts off what is connected. */
export type Listening = { endpoint: string; stop: () => Promise<void> };

/** Lets a server listen on this machine alone; port 0, the default, takes a free one. */
export const listenHere = async (server: Server, port = 0): Promise<Listening> => {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};
