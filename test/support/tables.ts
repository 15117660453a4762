import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { documents } from '../../shared/clients.ts';
import { requireEnv } from '../../shared/env.ts';
import { apiKeyStore, type Permission, permissions } from '../../shared/tenants/api-key-store.ts';

export type Item = Record<string, unknown>;

/** Every item of every table, read to the end. */
export const everyItem = async (): Promise<Item[]> => {
  const items: Item[] = [];
  for (const TableName of [requireEnv('TABLE_NAME'), requireEnv('IDEMPOTENCY_TABLE_NAME')]) {
    for await (const { Items = [] } of paginateScan({ client: documents }, { TableName, ConsistentRead: true })) {
      items.push(...Items);
    }
  }
  return items;
};

const withSets = (_: string, value: unknown) => (value instanceof Set ? [...(value as Set<unknown>)] : value);

/** The items that hold one of the strings anywhere, in a key or a value. */
export const itemsWith = async (...strings: string[]): Promise<Item[]> =>
  (await everyItem()).filter((item) => strings.some((string) => JSON.stringify(item, withSets).includes(string)));

/** A new key of the tenant. */
export const keyOf = async (tenantId: string, granted: readonly Permission[] = permissions): Promise<string> =>
  (await apiKeyStore(documents, requireEnv('TABLE_NAME')).create(tenantId, granted, new Date())).key;
