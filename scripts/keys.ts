import { Command } from 'commander';
import * as z from 'zod';
import { sealStore } from '../shared/conversations/seal-store.ts';
import { apiKeyStore, permissions } from '../shared/tenants/api-key-store.ts';
import { explained } from './explained.ts';
import { knownTenant } from './known-tenant.ts';
import { openServedTable, parsedBy, tableOption, tenantOption } from './table.ts';

/** Makes, lists and revokes API keys, in the local run or, with --table, in a deployed stage. */

const storeOf = async (table: string | undefined) => {
  const { client, tableName } = await openServedTable(table);
  return apiKeyStore(client, tableName);
};

const program = new Command('keys').description('API keys; without --table, of the local run');

program
  .command('create')
  .addOption(tenantOption)
  .requiredOption(
    '--permissions <list>',
    `comma-separated, of ${permissions.join(', ')}`,
    parsedBy(z.array(z.enum(permissions)).min(1), (text) => text.split(',')),
  )
  .addOption(tableOption)
  .action(async ({ tenant, permissions: granted, table }) => {
    const { client, tableName, tableId } = await openServedTable(table);
    // First: from now on there is something in the table that a restored copy must not serve unreplayed.
    await sealStore(client, tableName).sealIfNew(tableId);
    const { key, keyId } = await apiKeyStore(client, tableName).create(tenant, granted, new Date());
    console.log(`${keyId}  ${key}\nThe key is shown this once; only its SHA-256 is kept.`);
  });

program
  .command('list')
  .addOption(tenantOption)
  .addOption(tableOption)
  .action(async ({ tenant, table }) => {
    const { keys } = await knownTenant(program, await openServedTable(table), tenant);
    for (const key of keys) console.log(`${key.keyId}  ${key.createdAt}  ${key.permissions.join(',')}`);
    if (keys.length === 0) console.error(`The tenant ${tenant} has no API keys`);
  });

program
  .command('revoke')
  .argument('<key id>')
  .addOption(tenantOption)
  .addOption(tableOption)
  .action(async (keyId, { tenant, table }) => {
    const keys = await storeOf(table);
    if (!(await keys.revoke(tenant, keyId, new Date()))) program.error(`The tenant ${tenant} has no key ${keyId}`);
    console.log(`${keyId} is revoked`);
  });

await explained(program.parseAsync());
