import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { stepFunctions } from '../../shared/step-functions.ts';

const traces: unknown[] = [];
const server = createServer(({ headers }) => traces.push(headers['x-amzn-trace-id']));

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.env['AWS_ENDPOINT_URL_SFN'] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  traces.length = 0;
  vi.unstubAllEnvs();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const start = () =>
  stepFunctions.send(
    new StartExecutionCommand({ stateMachineArn: 'arn:aws:states:eu-west-1:000000000000:stateMachine:x' }),
  );

it('hands the trace of the invocation on to the execution that it starts', async () => {
  const trace = 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1';
  vi.stubEnv('AWS_LAMBDA_FUNCTION_NAME', 'function');
  vi.stubEnv('_X_AMZN_TRACE_ID', trace);
  await start().catch(() => {});
  expect(new Set(traces)).toEqual(new Set([trace]));
});

it('gives a service that never answers up, long before the caller does', async () => {
  const started = Date.now();
  await expect(start()).rejects.toThrow(/timed? ?out|timeout/i);
  expect(Date.now() - started).toBeLessThan(8_000);
});
