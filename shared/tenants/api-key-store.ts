import { createHash, randomBytes } from 'node:crypto';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import { absent, ifHeld } from '../conversations/conditions.ts';
import { pk, sk } from '../table.ts';

export const permissions = ['messaging:read', 'messaging:create', 'messaging:update', 'messaging:delete'] as const;
export type Permission = (typeof permissions)[number];

/** Part of every key of the table, so opaque and short. */
export const tenantId = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'must be 1 to 40 lower-case letters, digits or -'));

/** Who calls: the tenant that the API key belongs to, the key's id, and what it may do. */
export interface Caller {
  tenantId: string;
  keyId: string;
  permissions: readonly string[];
}

export interface ApiKey extends Caller {
  createdAt: string;
}

const hashOf = (key: string) => createHash('sha256').update(key).digest('hex');

const keyOf = (hash: string) => ({ pk: pk.apiKey(hash), sk: sk.apiKey });
const listKeyOf = (tenant: string, keyId: string) => ({ pk: pk.tenant(tenant), sk: sk.tenantKey(keyId) });

/** API keys, found by their SHA-256; the key itself is shown once, when it is made, and stands nowhere. */
export const apiKeyStore = (client: DynamoDBDocumentClient, tableName: string) => {
  const keysOf = (tenant: string) => ({
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :keys)',
    ExpressionAttributeValues: { ':pk': pk.tenant(tenant), ':keys': sk.tenantKeys },
  });

  const putIfAbsent = (Item: Record<string, unknown>) =>
    ifHeld(client.send(new PutCommand({ TableName: tableName, Item, ConditionExpression: absent })));

  return {
    /** Strongly consistent, so that a revoked key is refused at once. */
    find: async (key: string): Promise<Caller | undefined> => {
      const { Item } = await client.send(
        new GetCommand({ TableName: tableName, Key: keyOf(hashOf(key)), ConsistentRead: true }),
      );
      if (!Item || Item.revokedAt !== undefined) return undefined;
      return { tenantId: Item.tenantId, keyId: Item.keyId, permissions: Item.permissions };
    },

    create: async (
      tenant: string,
      granted: readonly Permission[],
      now: Date,
    ): Promise<{ key: string; keyId: string }> => {
      const key = `exp_sk_${randomBytes(24).toString('base64url')}`;
      const keyId = `key_${randomBytes(6).toString('hex')}`;
      const entry = { tenantId: tenant, keyId, permissions: granted, createdAt: now.toISOString() };
      // The list first and, when revoking, last: a key that works can always be found and revoked.
      const listed = { ...listKeyOf(tenant, keyId), ...entry, hash: hashOf(key) };
      await putIfAbsent(listed);
      await putIfAbsent({ ...keyOf(hashOf(key)), ...entry });
      return { key, keyId };
    },

    /** The keys that work. */
    list: async (tenant: string): Promise<ApiKey[]> => {
      const keys: ApiKey[] = [];
      for await (const { Items = [] } of paginateQuery({ client }, keysOf(tenant))) {
        for (const { tenantId: owner, keyId, permissions: granted, createdAt, revokedAt } of Items) {
          if (revokedAt === undefined) keys.push({ tenantId: owner, keyId, permissions: granted, createdAt });
        }
      }
      return keys;
    },

    /** Whether a key of the tenant was ever made, though it may be revoked by now. */
    hasMade: async (tenant: string): Promise<boolean> => {
      const { Count = 0 } = await client.send(new QueryCommand({ ...keysOf(tenant), Limit: 1, Select: 'COUNT' }));
      return Count > 0;
    },

    /**
     * False if the tenant has no such key. Both items stay, with nothing in them but the time: a late copy of the
     * writes that made the key finds them and fails.
     */
    revoke: async (tenant: string, keyId: string, now: Date): Promise<boolean> => {
      const listed = listKeyOf(tenant, keyId);
      const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: listed, ConsistentRead: true }));
      if (!Item || Item.revokedAt !== undefined) return false;
      const revokedAt = now.toISOString();
      await client.send(new PutCommand({ TableName: tableName, Item: { ...keyOf(Item.hash), revokedAt } }));
      await client.send(new PutCommand({ TableName: tableName, Item: { ...listed, revokedAt } }));
      return true;
    },
  };
};

export type ApiKeyStore = ReturnType<typeof apiKeyStore>;
