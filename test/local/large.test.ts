import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { type LocalDynamoDB, startDynamoDB } from '../../infra/local/dynamodb.ts';
import { localAws } from '../../infra/local/local-aws.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { loadAssembly } from '../../infra/local/template.ts';
import { documentOf } from '../support/augno-documents.ts';
import { send, tablesOf } from '../support/cloud-client.ts';
import { type DynamoDBProxy, startDynamoDBProxy } from '../support/dynamodb-proxy.ts';

let assemblyDir: string;
let dynamodb: LocalDynamoDB;
let proxy: DynamoDBProxy;
let cloud: Cloud;
const payloads: string[] = [];
const logs: string[] = [];

const start = () =>
  startCloud({
    assemblyDir,
    dynamodbEndpoint: proxy.endpoint,
    schedules: false,
    onPayload: (text) => payloads.push(text),
    onLog: (folder, line) => logs.push(`${folder} ${line}`),
  });

beforeAll(async () => {
  assemblyDir = await synthesize({});
  dynamodb = await startDynamoDB();
  proxy = await startDynamoDBProxy(dynamodb.endpoint);
  cloud = await start();
});

afterEach(() => proxy.interfere());

afterAll(async () => {
  await cloud.stop();
  await proxy.stop();
  await dynamodb.stop();
});

// Six buckets: two chunks. Sequences that are reserved and never written make it large in no time; what is
// written stands at both ends of the first chunk.
const count = 2_600;
const atEachEnd = 20;

const prepare = async () => {
  const tables = tablesOf(cloud);
  const headers = { authorization: `Bearer ${await tables.keyOf('tenant-large')}` };
  const document = documentOf(2 * atEachEnd);
  const { messages } = document;
  const id = `augno:${document.conversation.id}`;
  const path = `/v1/conversations/${id}`;
  const body = { dialect: 'augno', document: { ...document, messages: messages.slice(0, atEachEnd) } };
  expect((await send(cloud.url, 'POST', '/v1/conversations', { headers, body })).status).toBe(201);
  const reserve = (sequences: number) =>
    tables.documents.send(
      new UpdateCommand({
        TableName: cloud.tableName,
        Key: { pk: `T#tenant-large#C#${id}`, sk: 'GUARD' },
        UpdateExpression: 'ADD nextSequence :reserved',
        ExpressionAttributeValues: { ':reserved': sequences },
      }),
    );
  await reserve(2_440);
  const rest = { parts: messages.slice(atEachEnd) };
  expect((await send(cloud.url, 'POST', `${path}/parts`, { headers, body: rest })).status).toBe(200);
  await reserve(count - 2_440 - 2 * atEachEnd);
  return {
    id,
    tables,
    redact: () => send(cloud.url, 'POST', `${path}/actions/redact`, { headers, body: { scope: 'conversation' } }),
    hold: (held: boolean) => send(cloud.url, 'PUT', `${path}/legal-hold`, { headers, body: { held } }),
    entry: async (redactionId: string) =>
      (await send(cloud.url, 'GET', `${path}/redactions/${redactionId}`, { headers })).body,
    page: () => send(cloud.url, 'GET', `${path}?limit=500`, { headers }),
    /** How many cells hold content, straight from the table. */
    standing: async () => {
      let found = 0;
      for await (const { Items = [] } of paginateScan({ client: tables.documents }, { TableName: cloud.tableName })) {
        found += Items.filter((item) => JSON.stringify(item).includes(`canary body of mg_${id.slice(6)}`)).length;
      }
      return found;
    },
    /** Makes the entry old enough for the schedule to take it up. */
    age: (redactionId: string) =>
      tables.documents.send(
        new UpdateCommand({
          TableName: cloud.tableName,
          Key: { pk: `T#tenant-large#C#${id}`, sk: `R#${redactionId}` },
          UpdateExpression: 'SET openedAt = :then, requestedAt = :then',
          ExpressionAttributeValues: { ':then': Date.now() - 10 * 60_000 },
        }),
      ),
  };
};

type Prepared = Awaited<ReturnType<typeof prepare>>;

const reaches = async ({ entry }: Prepared, redactionId: string, state: string) => {
  for (let waited = 0; waited < 30_000; waited += 50) {
    const body = await entry(redactionId);
    if (body.state === state) return body;
    await sleep(50);
  }
  throw new Error(`The redaction does not become ${state}`);
};

const executionStatus = async (redactionId: string) => {
  const client = new SFNClient({ ...localAws, endpoint: cloud.stepFunctionsEndpoint });
  const machine = loadAssembly(assemblyDir).output('StateMachineArn');
  const executionArn = `${machine.replace(':stateMachine:', ':execution:')}:${redactionId}`;
  const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
  client.destroy();
  return status;
};

/** The functions that wrote log lines under that id. */
const following = (correlationId: string | null) => {
  const written = logs
    .map((line) => /^(\S+) (\{.*\})$/.exec(line))
    .filter((match) => match !== null)
    .filter(([, , json = '']) => (JSON.parse(json) as Record<string, unknown>)['correlation_id'] === correlationId);
  return new Set(written.map(([, folder]) => folder));
};

describe('a redaction of 2,600 parts, on the functions and the state machine as they are deployed', () => {
  it('is acknowledged, shows nothing from then on, says how far it is, and completes', async () => {
    const prepared = await prepare();
    const answer = await prepared.redact();
    const redactionId = answer.headers.get('redaction-id')!;
    expect([answer.status, answer.headers.get('redaction-state')]).toEqual([200, 'erasing']);
    expect(answer.body).toMatchObject({ state: 'erasing', parts: count, chunks: { done: 0, total: 2 } });
    expect(answer.headers.get('link')).toContain(`/redactions/${redactionId}>; rel="monitor"`);
    expect((await prepared.page()).text).not.toContain('canary body');

    expect(await reaches(prepared, redactionId, 'completed')).toMatchObject({
      parts: count,
      chunks: { done: 2, total: 2 },
      startedAt: expect.any(String),
      completedAt: expect.any(String),
      verified: true,
    });
    expect(await prepared.standing()).toBe(0);
    // It ends a moment after the entry is completed.
    await vi.waitFor(async () => expect(await executionStatus(redactionId)).toBe('SUCCEEDED'), 10_000);
    expect(payloads.join('\n')).toContain(redactionId);
    const requestId = answer.headers.get('x-request-id');
    expect((await prepared.entry(redactionId)).requestId).toBe(requestId);
    expect(following(requestId)).toEqual(new Set(['erasure/plan', 'erasure/erase-chunk', 'erasure/settle']));
    expect(`${payloads.join('\n')}${logs.join('\n')}`).not.toContain('canary');
  });

  it('goes on where it stopped when everything was killed half-way', async () => {
    const prepared = await prepare();
    const reached = Promise.withResolvers<void>();
    let batches = 0;
    proxy.interfere(({ operation }) => {
      if (operation !== 'BatchWriteItem' || ++batches <= 40) return undefined;
      reached.resolve();
      return 'hang after';
    });
    const { headers } = await prepared.redact();
    const redactionId = headers.get('redaction-id')!;
    await reached.promise;
    await cloud.stop();
    proxy.interfere();
    cloud = await start();
    expect(await prepared.standing()).toBe(atEachEnd);
    expect((await prepared.page()).text).not.toContain('canary body');

    await prepared.age(redactionId);
    logs.length = 0;
    expect(await cloud.invoke('erasure/resume', {})).toEqual({ resumed: 1 });
    await reaches(prepared, redactionId, 'completed');
    expect(following(headers.get('x-request-id'))).toEqual(
      new Set(['erasure/resume', 'erasure/plan', 'erasure/erase-chunk', 'erasure/settle']),
    );
    expect(await prepared.standing()).toBe(0);
  });

  it('is halted by a hold, keeps what is left, and goes on by itself after the release', async () => {
    const prepared = await prepare();
    // The state machine finds the hold before its first chunk: its plan waits until that stands.
    const planning = Promise.withResolvers<void>();
    proxy.interfere(({ operation, input }) => {
      if (operation !== 'UpdateItem' || !String(input.UpdateExpression).includes('startedAt')) return undefined;
      planning.resolve();
      return 'cut before';
    });
    const redactionId = (await prepared.redact()).headers.get('redaction-id')!;
    await planning.promise;
    await prepared.hold(true);
    proxy.interfere();
    await reaches(prepared, redactionId, 'halted');
    expect(await prepared.standing()).toBe(2 * atEachEnd);
    expect((await prepared.page()).text).not.toContain('canary body');
    await prepared.age(redactionId);
    await cloud.invoke('erasure/resume', {});
    expect((await prepared.entry(redactionId)).state).toBe('halted');
    await prepared.hold(false);
    await cloud.invoke('erasure/resume', {});
    await reaches(prepared, redactionId, 'completed');
    expect(await prepared.standing()).toBe(0);
  });
});
