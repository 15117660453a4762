import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { handler } from '../functions/expunge/redact-conversation/handler.ts';
import { documents } from '../shared/clients.ts';
import type { Guard } from '../shared/conversations/conversation.ts';
import { requireEnv } from '../shared/env.ts';
import { apiKeyStore } from '../shared/tenants/api-key-store.ts';
import { call } from '../test/support/call.ts';
import { createConversation, fill, stores, tenantId } from './conversations.ts';
import { consumptionOf } from './consumption.ts';
import { interleave, median, timed } from './measure.ts';
import type { Answer } from './report.ts';

const sizes = ['10', '1000', '100000'] as const;
type Size = (typeof sizes)[number];

const writeRounds = 401;
const requestRounds = 101;

/** Answers StartExecution and starts nothing: what comes after the acknowledgement is measured elsewhere. */
const startStepFunctions = async () => {
  const body = JSON.stringify({ executionArn: 'arn:aws:states:eu-west-1:000000000000:execution:e:e', startDate: 0 });
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/x-amz-json-1.0').end(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['AWS_ENDPOINT_URL_SFN'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
};

const bySize = <T>(of: (size: Size) => T) =>
  Object.fromEntries(sizes.map((size) => [size, of(size)])) as Record<Size, T>;

const create = async (name: string, size: Size) => {
  const conversationId = await createConversation(name, Number(size));
  await fill(conversationId, { from: 0, through: Number(size) - 1 });
  return conversationId;
};

/** How long a caller waits, at three sizes: for the write that decides, and for the whole request but the network. */
export const measureAcknowledging = async (): Promise<Answer> => {
  const stepFunctions = await startStepFunctions();
  const { key } = await apiKeyStore(documents, requireEnv('TABLE_NAME')).create(
    tenantId,
    ['messaging:delete'],
    new Date(),
  );
  const conversations = bySize(() => '');
  for (const size of sizes) conversations[size] = await create(`cv_${size}`, size);

  // The walk has read the guard before it decides.
  const seen = (size: Size) => stores.guards.read(tenantId, conversations[size]);
  const accept = (size: Size, guard: Guard) =>
    stores.guards.raise(tenantId, conversations[size], 'bench', 'cleared', Date.now(), guard);
  const states = bySize(() => '');
  let fresh = 0;
  const request = async (size: Size) => {
    // What is erased in the request is gone after it; what is left to the workflow can be asked for again.
    const id = size === '10' ? await create(`cv_10_${fresh++}`, size) : conversations[size];
    const { elapsed } = await timed(async () => {
      const { status, text, headers } = await call(handler, { key, path: { id }, body: { scope: 'conversation' } });
      if (status !== 200) throw new Error(`The redaction was refused: ${text}`);
      states[size] = headers['redaction-state'] ?? '';
    });
    return elapsed;
  };
  const writes = await interleave(
    writeRounds,
    bySize((size) => async () => {
      const guard = await seen(size);
      return (await timed(() => accept(size, guard))).elapsed;
    }),
  );
  const units = bySize(() => 0);
  for (const size of sizes) {
    const guard = await seen(size);
    units[size] = (await consumptionOf(() => accept(size, guard))).units['UpdateItem'] ?? 0;
  }
  const requests = await interleave(
    requestRounds,
    bySize((size) => () => request(size)),
  );
  stepFunctions.close();

  return {
    tables: {
      'Acknowledging a redaction (medians)': sizes.map((size) => ({
        parts: Number(size),
        'write ms': median(writes[size]),
        'write units': units[size],
        'request ms': median(requests[size]),
        'answered as': states[size],
      })),
    },
    bars: [
      {
        what: 'acknowledging write, 100,000 parts / 10 parts',
        value: median(writes['100000']) / median(writes['10']),
        atMost: 1.2,
      },
      {
        what: 'whole request, 100,000 parts / 10 parts',
        value: median(requests['100000']) / median(requests['10']),
        atMost: 1.2,
      },
    ],
  };
};
