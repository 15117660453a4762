import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startCloud } from '../../../infra/local/cloud.ts';
import { startDynamoDB } from '../../../infra/local/dynamodb.ts';
import { localAws } from '../../../infra/local/local-aws.ts';
import { writeAssembly } from './fixture-assembly.ts';

const run = promisify(execFile);

const probe = 'export const handler = async (event) => ({ event });';

const client = pathToFileURL(createRequire(import.meta.url).resolve('@aws-sdk/client-dynamodb')).href;
const readStatus = `
  import { DynamoDBClient, DescribeTableCommand } from ${JSON.stringify(client)};
  const dynamodb = new DynamoDBClient({});
  export const handler = async () => (await dynamodb.send(new DescribeTableCommand({ TableName: process.env.TABLE_NAME }))).Table.TableStatus;`;

const endless = `export const handler = () => { console.log('started'); return new Promise(() => setInterval(() => {}, 1000)); };`;

const withClient = async <Result>(endpoint: string, use: (client: DynamoDBClient) => Promise<Result>) => {
  const client = new DynamoDBClient({ endpoint, region: localAws.region, credentials: localAws.credentials });
  try {
    return await use(client);
  } finally {
    client.destroy();
  }
};

describe('the local cloud', () => {
  let dir: string;
  let assemblyDir: string;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'expunge-cloud-'));
    assemblyDir = await writeAssembly({
      'house/probe': { code: probe, route: 'GET /probe', schedule: 'rate(1 minute)' },
      'house/endless': { code: endless, route: 'GET /endless' },
      'house/table': {
        code: readStatus,
        statements: [{ Effect: 'Allow', Action: 'dynamodb:DescribeTable', Resource: '*' }],
      },
    });
  });

  afterAll(async () => {
    await rm(dir, { recursive: true });
    await rm(assemblyDir, { recursive: true });
  });

  it('invokes a function by its folder', async () => {
    const cloud = await startCloud({ assemblyDir });
    expect(await cloud.invoke('house/probe', { a: 1 })).toEqual({ event: { a: 1 } });
    await expect(cloud.invoke('house/none', {})).rejects.toThrow('The template has no function house/none');
    await cloud.stop();
  });

  it('is reachable from this machine only', async () => {
    const cloud = await startCloud({ assemblyDir });
    for (const url of [cloud.url, cloud.dynamodbEndpoint, cloud.s3Endpoint])
      expect(new URL(url).hostname).toBe('127.0.0.1');
    await cloud.stop();
  });

  it('leads functions to a DynamoDB that runs already, and leaves it running', async () => {
    const dynamodb = await startDynamoDB();
    const cloud = await startCloud({ assemblyDir, dynamodbEndpoint: dynamodb.endpoint });
    expect(cloud.dynamodbEndpoint).toBe(dynamodb.endpoint);
    expect(await cloud.invoke('house/table', {})).toBe('ACTIVE');
    await cloud.stop();
    expect((await fetch(dynamodb.endpoint)).status).toBe(200);
    await dynamodb.stop();
  });

  it('keeps its tables in a folder', async () => {
    const dataDir = join(dir, 'data/tables');
    const item = { pk: { S: 'kept' } };
    const first = await startCloud({ assemblyDir, dataDir });
    await withClient(first.dynamodbEndpoint, (client) =>
      client.send(new PutItemCommand({ TableName: first.tableName, Item: item })),
    );
    await first.stop();

    const second = await startCloud({ assemblyDir, dataDir });
    const { Item } = await withClient(second.dynamodbEndpoint, (client) =>
      client.send(new GetItemCommand({ TableName: second.tableName, Key: item })),
    );
    expect(Item).toEqual(item);
    await second.stop();
  });

  it('keeps its files in the same folder', async () => {
    const dataDir = join(dir, 'data/files');
    const first = await startCloud({ assemblyDir, dataDir });
    const path = `/${first.bucketName}/files/some/key`;
    expect((await fetch(first.s3Endpoint + path, { method: 'PUT', body: 'kept' })).status).toBe(200);
    await first.stop();

    const second = await startCloud({ assemblyDir, dataDir });
    expect(await (await fetch(second.s3Endpoint + path)).text()).toBe('kept');
    await second.stop();
  });

  it('cuts off what is under way when it stops', async () => {
    const started: string[] = [];
    const cloud = await startCloud({ assemblyDir, onLog: (folder, line) => started.push(`${folder} ${line}`) });
    const underWay = expect(fetch(`${cloud.url}/endless`)).rejects.toThrow('fetch failed');
    await expect.poll(() => started).toEqual(['house/endless started']);
    await cloud.stop();
    await underWay;
  });

  it('leaves nothing open when it stops: the process ends by itself', async () => {
    const main = join(dir, 'main.ts');
    const cloudModule = join(import.meta.dirname, '../../../infra/local/cloud.ts');
    await writeFile(
      main,
      `import { startCloud } from ${JSON.stringify(cloudModule)};
      const cloud = await startCloud({ assemblyDir: ${JSON.stringify(assemblyDir)} });
      const response = await fetch(cloud.url + '/probe');
      await response.text();
      await cloud.stop();
      console.log(response.status);`,
    );
    const { stdout } = await run(process.execPath, [main], { timeout: 4_000 });
    expect(stdout).toBe('200\n');
  });
});
