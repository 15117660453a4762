import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { stepFunctions } from '../../shared/step-functions.ts';

const server = createServer(() => {});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['AWS_ENDPOINT_URL_SFN'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('gives a service that never answers up, long before the caller does', async () => {
  const started = Date.now();
  const start = stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:x' }),
  );
  await expect(start).rejects.toThrow(/timed? ?out|timeout/i);
  expect(Date.now() - started).toBeLessThan(8_000);
});
