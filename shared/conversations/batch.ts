import { setTimeout } from 'node:timers/promises';
import { BatchGetCommand, BatchWriteCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { Unavailable } from '../errors.ts';

/** DynamoDB's limits of one BatchWriteItem and one BatchGetItem. */
const writesPerRequest = 25;
const readsPerRequest = 100;

/** More requests in flight buy nothing, measured on both emulators. */
export const inFlight = 8;

// Eight waits of at most 50, 100, … 6,400 ms: 12.75 s in the worst case, half of that on average.
const attempts = 9;
const firstWait = 50;

type Item = Record<string, unknown>;

/** Sends in slices, several in flight, and sends again what a request gives back as unprocessed. */
export const sendAll = async <T>(
  all: T[],
  perRequest: number,
  send: (slice: T[]) => Promise<T[]>,
  concurrency = inFlight,
): Promise<void> => {
  const slices = Array.from({ length: Math.ceil(all.length / perRequest) }, (_, index) =>
    all.slice(index * perRequest, (index + 1) * perRequest),
  );
  const sendSlice = async (slice: T[]) => {
    let rest = slice;
    for (let attempt = 0; attempt < attempts; attempt++) {
      // Full jitter: many throttled callers spread over the whole wait instead of coming back together.
      if (attempt > 0) await setTimeout(Math.random() * firstWait * 2 ** (attempt - 1));
      rest = await send(rest);
      if (rest.length === 0) return;
    }
    throw new Unavailable(`${rest.length} items were left unprocessed after ${attempts} attempts`);
  };
  await pMap(slices, sendSlice, { concurrency });
};

/** Puts all items without conditions, 25 a request. */
export const putAll = (client: DynamoDBDocumentClient, tableName: string, items: Item[]): Promise<void> =>
  sendAll(
    items.map((Item) => ({ PutRequest: { Item } })),
    writesPerRequest,
    async (requests) => {
      const { UnprocessedItems } = await client.send(
        new BatchWriteCommand({ RequestItems: { [tableName]: requests } }),
      );
      return (UnprocessedItems?.[tableName] ?? []) as typeof requests;
    },
  );

/** Gets all items that exist, the named attributes or else all, strongly consistent, in no order, 100 a request. */
export const getAll = async (
  client: DynamoDBDocumentClient,
  tableName: string,
  keys: Item[],
  attributes?: string[],
): Promise<Item[]> => {
  const projection = {
    ConsistentRead: true,
    ...(attributes && {
      ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
      ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
    }),
  };
  const items: Item[] = [];
  await sendAll(keys, readsPerRequest, async (Keys) => {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [tableName]: { Keys, ...projection } } }),
    );
    items.push(...(Responses?.[tableName] ?? []));
    return UnprocessedKeys?.[tableName]?.Keys ?? [];
  });
  return items;
};
