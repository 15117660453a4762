import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { type LocalDynamoDB, startDynamoDB } from '../../infra/local/dynamodb.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { acceptance } from '../support/acceptance.ts';
import { documentOf, freshId } from '../support/augno-documents.ts';
import { send, tablesOf } from '../support/cloud-client.ts';
import { type DynamoDBCall, type DynamoDBProxy, startDynamoDBProxy } from '../support/dynamodb-proxy.ts';

let assemblyDir: string;
let dynamodb: LocalDynamoDB;
let proxy: DynamoDBProxy;
let cloud: Cloud;

const start = () => startCloud({ assemblyDir, dynamodbEndpoint: proxy.endpoint, schedules: false });

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

const isAcceptance = ({ operation, input }: DynamoDBCall) =>
  operation === 'UpdateItem' && input.Key.sk.S === 'GUARD' && acceptance.test(input.UpdateExpression);
const isErasure = ({ operation }: DynamoDBCall) => operation === 'BatchWriteItem';
const nth = (matches: (call: DynamoDBCall) => boolean, wanted: number) => {
  let seen = 0;
  return (call: DynamoDBCall) => matches(call) && ++seen === wanted;
};

// Sixty cells go in three batches.
const points: [string, () => (call: DynamoDBCall) => boolean][] = [
  ['after it was accepted', () => isAcceptance],
  ['in the middle of erasing', () => nth(isErasure, 2)],
  ['after it was erased', () => nth(isErasure, 3)],
];

const augno = { 'augno-version': '1.0.forge-preview.3' };

const prepare = async () => {
  const tables = tablesOf(cloud);
  const key = await tables.keyOf('tenant-crash');
  const document = documentOf(60);
  const { id } = document.conversation;
  const headers = { authorization: `Bearer ${key}` };
  const answer = await send(cloud.url, 'POST', '/v1/conversations', { headers, body: { dialect: 'augno', document } });
  expect(answer.status).toBe(201);
  const redact = () =>
    send(cloud.url, 'POST', `/v1/messaging/conversations/${id}/actions/redact`, {
      headers: { ...headers, ...augno, 'idempotency-key': `key-${id}` },
    });
  const messages = () =>
    send(cloud.url, 'GET', `/v1/messaging/conversations/${id}/messages?limit=100`, {
      headers: { ...headers, ...augno },
    });
  const holding = async () =>
    (await tables.items()).filter((item) => JSON.stringify(item).includes(`canary body of mg_${id}`));
  const ledger = async () =>
    (await send(cloud.url, 'GET', `/v1/conversations/augno:${id}/redactions`, { headers })).body.data;
  return { id, tables, redact, messages, holding, ledger };
};

/** The redaction is under way and hangs at the point; then its worker is terminated, and the service starts anew. */
const kill = async (redact: () => Promise<unknown>, point: (call: DynamoDBCall) => boolean) => {
  const reached = Promise.withResolvers<void>();
  let hangs = false;
  proxy.interfere((call) => {
    if (hangs) return 'hang after';
    if (!point(call)) return undefined;
    hangs = true;
    reached.resolve();
    return 'hang after';
  });
  const cutOff = expect(redact()).rejects.toThrow('fetch failed');
  await reached.promise;
  // What was sent to the table before the kill arrives.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await cloud.stop();
  await cutOff;
  proxy.interfere();
  cloud = await start();
};

describe('a redaction whose worker is terminated', () => {
  it.each(points)('%s shows nothing any more, and is completed by a retry with its key', async (_, point) => {
    const { id, tables, redact, messages, holding, ledger } = await prepare();
    await kill(redact, point());

    const masked = await messages();
    expect(masked.body.data).toHaveLength(60);
    expect(masked.text).not.toContain('canary body');
    // Until the time of the first one is out, nobody knows that it is dead.
    expect((await redact()).status).toBe(409);

    const [record] = (await tables.records()).filter(({ status }) => status === 'INPROGRESS');
    await tables.documents.send(
      new UpdateCommand({
        TableName: cloud.idempotencyTableName,
        Key: { id: record!.id },
        UpdateExpression: 'SET in_progress_expiration = :past',
        ExpressionAttributeValues: { ':past': Date.now() - 1000 },
      }),
    );
    const retried = await redact();

    expect(retried.status).toBe(200);
    expect(retried.headers.get('redaction-state')).toBe('completed');
    expect(await holding()).toEqual([]);
    expect(await ledger()).toMatchObject([
      { id: retried.headers.get('redaction-id'), state: 'completed', verified: true },
    ]);
    expect((await redact()).headers.get('idempotent-replayed')).toBe('true');
    expect(id).toBeDefined();
    tables.close();
  });

  it.each(points)('%s is completed by the schedule alone', async (_, point) => {
    const { id, tables, redact, holding, ledger } = await prepare();
    await kill(redact, point());
    const [entry] = (await tables.items()).filter(
      ({ pk, sk }) => pk === `T#tenant-crash#C#augno:${id}` && String(sk).startsWith('R#'),
    );
    expect(entry).toMatchObject({ open: 'open' });

    expect(await cloud.invoke('erasure/resume', {})).toEqual({ resumed: 0 });
    await tables.documents.send(
      new UpdateCommand({
        TableName: cloud.tableName,
        Key: { pk: entry!.pk, sk: entry!.sk },
        UpdateExpression: 'SET openedAt = :earlier, requestedAt = :earlier',
        ExpressionAttributeValues: { ':earlier': Date.now() - 120_000 },
      }),
    );
    expect(await cloud.invoke('erasure/resume', {})).toEqual({ resumed: 1 });

    expect(await holding()).toEqual([]);
    expect(await ledger()).toMatchObject([{ state: 'completed', verified: true }]);
    expect(await cloud.invoke('erasure/resume', {})).toEqual({ resumed: 0 });
    tables.close();
  });
});

describe('a redaction whose connection to the table is cut', () => {
  const isOurs = ({ input }: DynamoDBCall) => JSON.stringify(input).includes(cloud.tableName);

  it.each(points)('%s fails, says nothing false, and is completed by a retry with its key', async (_, point) => {
    const { tables, redact, messages, holding, ledger } = await prepare();
    const reaches = point();
    let cut = false;
    proxy.interfere((call) => {
      // The record of the key can still be freed, as by a function that lives.
      if (cut) return isOurs(call) ? 'cut before' : undefined;
      cut = reaches(call);
      return cut ? 'cut after' : undefined;
    });
    const failed = await redact();
    expect(failed.status).toBeGreaterThanOrEqual(500);
    expect(failed.body.error.type).toBe('api_error');
    proxy.interfere();

    expect((await messages()).text).not.toContain('canary body');
    expect((await redact()).headers.get('redaction-state')).toBe('completed');
    expect(await holding()).toEqual([]);
    expect(await ledger()).toMatchObject([{ state: 'completed', verified: true }]);
    tables.close();
  });

  it('for one call in ten comes through all the same', async () => {
    const { tables, redact, holding } = await prepare();
    let calls = 0;
    proxy.interfere(() => (++calls % 10 === 5 ? (calls % 20 === 5 ? 'cut after' : 'cut before') : undefined));
    expect((await redact()).headers.get('redaction-state')).toBe('completed');
    proxy.interfere();
    expect(await holding()).toEqual([]);
    tables.close();
  });
});

it('An import that is cut off is taken up by the next one', async () => {
  const tables = tablesOf(cloud);
  const headers = { authorization: `Bearer ${await tables.keyOf('tenant-crash')}` };
  const document = documentOf(40, freshId('cv'));
  const importIt = () =>
    send(cloud.url, 'POST', '/v1/conversations', { headers, body: { dialect: 'augno', document } });
  let puts = 0;
  proxy.interfere(({ operation }) => (operation === 'PutItem' && ++puts > 30 ? 'cut before' : undefined));
  expect((await importIt()).status).toBeGreaterThanOrEqual(500);
  proxy.interfere();
  expect((await importIt()).status).toBe(200);
  const read = await send(cloud.url, 'GET', `/v1/conversations/augno:${document.conversation.id}`, { headers });
  // Those that were being written when it was cut off may have changed places.
  const parts: { id: string }[] = read.body.parts.map(({ part }: { part: unknown }) => part);
  const places = new Map(document.messages.map(({ id }, index) => [id, index]));
  expect(parts.toSorted((a, b) => places.get(a.id)! - places.get(b.id)!)).toEqual(document.messages);
  tables.close();
});
