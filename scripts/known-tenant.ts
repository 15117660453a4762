import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Command } from 'commander';
import { type ApiKey, apiKeyStore } from '../shared/tenants/api-key-store.ts';
import type { DialectSettings } from '../shared/tenants/dialect-settings.ts';
import { settingsStore } from '../shared/tenants/settings-store.ts';

/**
 * The tenant's keys and its settings by dialect. A tenant is known by either, and by a key that was revoked. With
 * neither the name is likely misspelt, so the command ends with exit code 1.
 */
export const knownTenant = async (
  program: Command,
  { client, tableName }: { client: DynamoDBDocumentClient; tableName: string },
  tenant: string,
): Promise<{ keys: ApiKey[]; settings: Record<string, DialectSettings> }> => {
  const store = apiKeyStore(client, tableName);
  const [keys, settings] = await Promise.all([store.list(tenant), settingsStore(client, tableName).readAll(tenant)]);
  if (keys.length === 0 && !settings && !(await store.hasMade(tenant)))
    program.error(`error: the tenant ${tenant} has no API keys and no settings in this table`);
  return { keys, settings: settings ?? {} };
};
