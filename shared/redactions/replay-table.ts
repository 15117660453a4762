import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  paginateQuery,
  paginateScan,
  PutCommand,
} from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { getAll, putAll } from '../conversations/batch.ts';
import { absent, ifHeld } from '../conversations/conditions.ts';
import { sk } from '../table.ts';

/** An item as it stands: a replay compares items, and brings some over as they are. */
export type Item = Record<string, unknown>;
export type Key = { pk: string; sk: string };

/** A scan reads the whole table, content too; side by side it is done in a fraction of the time. */
const segments = 8;
const conversationKinds = 'sk IN (:guard, :partId, :settings) OR begins_with(sk, :redactions)';
const keyKinds = 'sk = :key OR begins_with(sk, :keys)';
const keyValues = { ':key': sk.apiKey, ':keys': sk.tenantKeys };

export const keyOf = (item: Item): Key => ({ pk: item['pk'] as string, sk: item['sk'] as string });
export const nameOf = ({ pk, sk: sortKey }: Key): string => `${pk} ${sortKey}`;

/**
 * The condition that an item is still as it was read, told by its strings, numbers and booleans: whatever changes an item changes one of
 * them, or adds one.
 */
const stillAs = (standing: Item | undefined, next: Item) => {
  if (!standing) return { ConditionExpression: absent };
  const compared = Object.entries(standing).filter(([, value]) => typeof value !== 'object');
  // An item that had no version gets one with the next decision.
  const added = ['version', ...Object.keys(next)].filter(
    (name, n, all) => !(name in standing) && all.indexOf(name) === n,
  );
  const conditions = [
    ...compared.map((_, n) => `#c${n} = :c${n}`),
    ...added.map((_, n) => `attribute_not_exists(#a${n})`),
  ];
  return {
    ConditionExpression: conditions.join(' AND '),
    ExpressionAttributeNames: Object.fromEntries([
      ...compared.map(([name], n) => [`#c${n}`, name]),
      ...added.map((name, n) => [`#a${n}`, name]),
    ]),
    ExpressionAttributeValues: Object.fromEntries(compared.map(([, value], n) => [`:c${n}`, value])),
  };
};

/** One of the two tables of a replay: what can be asked of it, and brought into it, without content. */
export const replayTable = (client: DynamoDBDocumentClient, tableName: string) => {
  const scan = async (filter: string, values: Item, onPage: (items: Item[]) => Promise<void>): Promise<void> => {
    const query = {
      TableName: tableName,
      ConsistentRead: true,
      FilterExpression: filter,
      ExpressionAttributeValues: values,
    };
    await pMap(Array.from({ length: segments }).keys(), async (Segment) => {
      const pages = paginateScan({ client }, { ...query, Segment, TotalSegments: segments });
      for await (const { Items = [] } of pages) if (Items.length > 0) await onPage(Items);
    });
  };

  return {
    /** Guards, part ids, settings, API keys and ledger entries, by pages, in no order. No item with content is among them. */
    scanMarks: (onPage: (items: Item[]) => Promise<void>) =>
      scan(
        `${conversationKinds} OR ${keyKinds}`,
        {
          ':guard': sk.guard,
          ':partId': sk.partId,
          ':settings': sk.settings,
          ':redactions': sk.redactions,
          ...keyValues,
        },
        onPage,
      ),

    /** API keys and ledger entries, likewise. */
    scanKeysAndEntries: (onPage: (items: Item[]) => Promise<void>) =>
      scan(`begins_with(sk, :redactions) OR ${keyKinds}`, { ':redactions': sk.redactions, ...keyValues }, onPage),

    /** The ledger of one conversation. */
    entries: async (partitionKey: string): Promise<Item[]> => {
      const query = {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :redactions)',
        ExpressionAttributeValues: { ':pk': partitionKey, ':redactions': sk.redactions },
      };
      const items: Item[] = [];
      for await (const { Items = [] } of paginateQuery({ client }, query)) items.push(...Items);
      return items;
    },

    /** Those of the items that stand, by `nameOf`. */
    read: async (keys: Key[]): Promise<Map<string, Item>> => {
      const items = await getAll(client, tableName, keys);
      return new Map(items.map((item) => [nameOf(keyOf(item)), item]));
    },

    /** Puts items that nothing changes any more: part ids, erased cells. */
    putFixed: (items: Item[]): Promise<void> => putAll(client, tableName, items),

    /**
     * Puts an item that others change once the table is open, if it is still as it was read: a late copy of this write must not take
     * back what was decided since. One that has changed is left to the next pass.
     */
    put: async (item: Item, standing: Item | undefined): Promise<void> => {
      await ifHeld(client.send(new PutCommand({ TableName: tableName, Item: item, ...stillAs(standing, item) })));
    },

    /** Puts a cell whose spans are masked where there is none, which a later import then finds taken, or over the same cell with fewer masks. */
    putMasked: async (cell: Item): Promise<void> => {
      const put = new PutCommand({
        TableName: tableName,
        Item: cell,
        ConditionExpression: `${absent} OR (attribute_exists(content) AND version < :version)`,
        ExpressionAttributeValues: { ':version': cell['version'] },
      });
      await ifHeld(client.send(put));
    },

    remove: async (keys: Key[]): Promise<void> => {
      for (const Key of keys) await client.send(new DeleteCommand({ TableName: tableName, Key }));
    },
  };
};

export type ReplayTable = ReturnType<typeof replayTable>;
