import { isDeepStrictEqual } from 'node:util';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ifHeld, unchanged } from '../conversations/conditions.ts';
import { Unavailable } from '../errors.ts';
import { pk, sk } from '../table.ts';
import type { DialectSettings } from './dialect-settings.ts';

const keyOf = (tenantId: string) => ({ pk: pk.tenant(tenantId), sk: sk.settings });

/** How often a change is tried while others change the same tenant's settings. */
const tries = 5;

const changed = (before: DialectSettings, changes: DialectSettings): DialectSettings =>
  Object.fromEntries(Object.entries({ ...before, ...changes }).filter(([, value]) => value !== null));

/** What a tenant has set, a dialect at a time. */
export const settingsStore = (client: DynamoDBDocumentClient, tableName: string) => {
  /** The whole item, strongly consistent: settings by dialect, and `version`, which items from before it lack. */
  const readItem = async (tenantId: string): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await client.send(
      new GetCommand({ TableName: tableName, Key: keyOf(tenantId), ConsistentRead: true }),
    );
    return Item;
  };

  return {
    /** Eventually consistent: each request reads it. */
    read: async (tenantId: string, dialect: string): Promise<DialectSettings> => {
      const { Item } = await client.send(
        new GetCommand({
          TableName: tableName,
          Key: keyOf(tenantId),
          ProjectionExpression: '#dialect',
          ExpressionAttributeNames: { '#dialect': dialect },
        }),
      );
      return (Item?.[dialect] ?? {}) as DialectSettings;
    },

    /** By dialect, strongly consistent; undefined if nothing was ever set for the tenant. */
    readAll: async (tenantId: string): Promise<Record<string, DialectSettings> | undefined> => {
      const item = await readItem(tenantId);
      if (!item) return undefined;
      const { pk: _pk, sk: _sk, version: _version, ...settings } = item;
      return settings as Record<string, DialectSettings>;
    },

    /**
     * Merges the changes into what is there; null removes a field. Throws Unavailable if others change the same
     * tenant's settings at each try. DynamoDB may apply a copy of the update long after its caller stopped waiting:
     * each update raises the version that it read, so that such a copy fails. For that the first try writes even
     * what changes nothing. After a refused one the version has moved, and a look is enough.
     */
    write: async (
      tenantId: string,
      dialect: string,
      changes: DialectSettings,
    ): Promise<{ before: DialectSettings; after: DialectSettings }> => {
      for (let tried = 0; tried < tries; tried += 1) {
        const item = await readItem(tenantId);
        const before = (item?.[dialect] ?? {}) as DialectSettings;
        const after = changed(before, changes);
        if (tried > 0 && isDeepStrictEqual(after, before)) return { before, after };
        const { condition, values, next } = unchanged('version', item?.version as number | undefined);
        const update = new UpdateCommand({
          TableName: tableName,
          Key: keyOf(tenantId),
          UpdateExpression: 'SET #dialect = :settings, version = :next',
          ConditionExpression: condition,
          ExpressionAttributeNames: { '#dialect': dialect },
          ExpressionAttributeValues: { ...values, ':settings': after, ':next': next },
        });
        if (await ifHeld(client.send(update))) return { before, after };
      }
      throw new Unavailable("Others keep changing this tenant's settings: try again");
    },
  };
};

export type SettingsStore = ReturnType<typeof settingsStore>;
