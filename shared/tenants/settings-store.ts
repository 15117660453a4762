import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { pk, sk } from '../table.ts';
import type { DialectSettings } from './dialect-settings.ts';

const keyOf = (tenantId: string) => ({ pk: pk.tenant(tenantId), sk: sk.settings });

/** What a tenant has set, a dialect at a time. */
export const settingsStore = (client: DynamoDBDocumentClient, tableName: string) => {
  return {
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

    write: async (tenantId: string, dialect: string, settings: DialectSettings): Promise<void> => {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(tenantId),
          UpdateExpression: 'SET #dialect = :settings',
          ExpressionAttributeNames: { '#dialect': dialect },
          ExpressionAttributeValues: { ':settings': settings },
        }),
      );
    },
  };
};

export type SettingsStore = ReturnType<typeof settingsStore>;
