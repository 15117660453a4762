import { randomBytes } from 'node:crypto';
import { paginateScan, PutCommand } from '@aws-sdk/lib-dynamodb';
import { inject, vi } from 'vitest';
import { documents } from '../../shared/clients.ts';
import { putAll } from '../../shared/conversations/batch.ts';
import { createTestTables } from './local-tables.ts';
import type { Item } from './tables.ts';

export interface Table {
  tableName: string;
  tableId: string;
}

/** The table of this test file, which handlers that are imported as usual serve. */
export const ownTable: Table = { tableName: process.env['TABLE_NAME']!, tableId: process.env['TABLE_ID']! };

/** Every item of a table, by its key. */
export const itemsOf = async ({ tableName }: Table): Promise<Map<string, Item>> => {
  const items = new Map<string, Item>();
  for await (const { Items = [] } of paginateScan(
    { client: documents },
    { TableName: tableName, ConsistentRead: true },
  )) {
    for (const item of Items) items.set(`${item['pk']} ${item['sk']}`, item);
  }
  return items;
};

export const putItem = ({ tableName }: Table, item: Item) =>
  documents.send(new PutCommand({ TableName: tableName, Item: item }));

/** What a restore makes: another table, with an id of its own, with the same items as the own table has now. */
export const restoredCopy = async (items?: Map<string, Item>): Promise<Table> => {
  const { tableName, tableId } = await createTestTables(inject('dynamodbEndpoint'), randomBytes(4).toString('hex'));
  const restored = { tableName, tableId };
  await putAll(documents, tableName, [...(items ?? (await itemsOf(ownTable))).values()]);
  return restored;
};

/** Imports something anew, so that its handlers serve the table given, as after a deployment. */
export const deployedOn = async <T>(table: Table, load: () => Promise<T>): Promise<T> => {
  Object.assign(process.env, { TABLE_NAME: table.tableName, TABLE_ID: table.tableId });
  vi.resetModules();
  try {
    return await load();
  } finally {
    Object.assign(process.env, { TABLE_NAME: ownTable.tableName, TABLE_ID: ownTable.tableId });
  }
};
