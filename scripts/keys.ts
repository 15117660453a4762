import { readFileSync } from 'node:fs';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import { apiKeyStore, type Permission, permissions, tenantId } from '../shared/tenants/api-key-store.ts';

/** Makes, lists and revokes API keys, in the local run or, with --table, in a deployed stage. */

const localCloud = z.object({ tableName: z.string(), dynamodbEndpoint: z.string(), region: z.string() });

const storeOf = (tableName: string | undefined) => {
  // A deployed stage is found as the AWS CLI finds it, by profile and region.
  if (tableName !== undefined) return apiKeyStore(DynamoDBDocumentClient.from(new DynamoDBClient({})), tableName);
  const local = localCloud.parse(JSON.parse(readFileSync('.local/cloud.json', 'utf8')));
  const client = new DynamoDBClient({
    endpoint: local.dynamodbEndpoint,
    region: local.region,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return apiKeyStore(DynamoDBDocumentClient.from(client), local.tableName);
};

const tenantArgument = (value: string): string => {
  const parsed = tenantId.safeParse(value);
  if (!parsed.success) throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? '');
  return parsed.data;
};

const permissionsArgument = (value: string): Permission[] => {
  const parsed = z.array(z.enum(permissions)).min(1).safeParse(value.split(','));
  if (!parsed.success) throw new InvalidArgumentError(`Choose from: ${permissions.join(',')}`);
  return parsed.data;
};

const tenantOption = new Option('--tenant <id>', 'the tenant that the key belongs to')
  .argParser(tenantArgument)
  .makeOptionMandatory();
const tableOption = new Option(
  '--table <name>',
  'the conversation table of a deployed stage (its stack output TableName)',
);

const program = new Command('keys').description('API keys; without --table, of the local run');

program
  .command('create')
  .addOption(tenantOption)
  .requiredOption('--permissions <list>', `comma-separated, of ${permissions.join(', ')}`, permissionsArgument)
  .addOption(tableOption)
  .action(async ({ tenant, permissions: granted, table }) => {
    const { key, keyId } = await storeOf(table).create(tenant, granted, new Date());
    console.log(`${keyId}  ${key}\nThe key is shown this once; only its SHA-256 is kept.`);
  });

program
  .command('list')
  .addOption(tenantOption)
  .addOption(tableOption)
  .action(async ({ tenant, table }) => {
    for (const key of await storeOf(table).list(tenant)) {
      console.log(`${key.keyId}  ${key.createdAt}  ${key.permissions.join(',')}`);
    }
  });

program
  .command('revoke')
  .argument('<key id>')
  .addOption(tenantOption)
  .addOption(tableOption)
  .action(async (keyId, { tenant, table }) => {
    if (!(await storeOf(table).revoke(tenant, keyId))) program.error(`The tenant ${tenant} has no key ${keyId}`);
    console.log(`${keyId} is revoked`);
  });

await program.parseAsync();
