import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getAll, putAll } from '../../../shared/conversations/batch.ts';
import { documents } from '../../../shared/clients.ts';
import { Unavailable } from '../../../shared/errors.ts';

// Neither emulator leaves anything unprocessed, so the answers are forced.
const dynamodb = mockClient(DynamoDBDocumentClient);
const items = Array.from({ length: 60 }, (_, n) => ({ pk: 'a', sk: String(n) }));

beforeEach(() => {
  dynamodb.reset();
  // The jitter's least: no wait at all.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  vi.restoreAllMocks();
});

describe('putAll', () => {
  it('sends 25 items a request', async () => {
    dynamodb.on(BatchWriteCommand).resolves({});
    await putAll(documents, 'table', items);
    const sizes = dynamodb
      .commandCalls(BatchWriteCommand)
      .map(({ args }) => args[0].input.RequestItems?.['table']?.length);
    expect(sizes).toEqual([25, 25, 10]);
  });

  it('sends again what was left, and only that', async () => {
    const left = items.slice(3, 5).map((Item) => ({ PutRequest: { Item } }));
    dynamodb
      .on(BatchWriteCommand)
      .resolvesOnce({ UnprocessedItems: { table: left } })
      .resolves({});
    await putAll(documents, 'table', items.slice(0, 5));
    expect(dynamodb.commandCalls(BatchWriteCommand)[1]?.args[0].input.RequestItems).toEqual({ table: left });
  });

  it('gives up in the end, so that nobody calls the rest erased', async () => {
    const left = [{ PutRequest: { Item: items[0] } }];
    dynamodb.on(BatchWriteCommand).resolves({ UnprocessedItems: { table: left } });
    await expect(putAll(documents, 'table', items.slice(0, 1))).rejects.toThrow(Unavailable);
    expect(dynamodb.commandCalls(BatchWriteCommand)).toHaveLength(9);
  });
});

describe('getAll', () => {
  it('asks again for the keys that were left, and gives back all that was found', async () => {
    const keys = items.slice(0, 2);
    dynamodb
      .on(BatchGetCommand)
      .resolvesOnce({ Responses: { table: [keys[0]!] }, UnprocessedKeys: { table: { Keys: [keys[1]!] } } })
      .resolves({ Responses: { table: [keys[1]!] } });
    expect(await getAll(documents, 'table', keys, ['pk', 'sk'])).toEqual(keys);
    const [first, second] = dynamodb
      .commandCalls(BatchGetCommand)
      .map(({ args }) => args[0].input.RequestItems?.['table']);
    expect(first).toMatchObject({ Keys: keys, ConsistentRead: true });
    expect(second?.Keys).toEqual([keys[1]]);
  });
});
