import { Command, Option } from 'commander';
import { dialectNames } from '../shared/dialects/registry.ts';
import { dialectSettings } from '../shared/tenants/dialect-settings.ts';
import { settingsStore } from '../shared/tenants/settings-store.ts';
import { explained } from './explained.ts';
import { openServedTable, parsedBy, tableOption, tenantOption } from './table.ts';

/** Shows and sets what a tenant has set for a dialect, in the local run or, with --table, in a deployed stage. */

const storeOf = async (table: string | undefined) => {
  const { client, tableName } = await openServedTable(table);
  return settingsStore(client, tableName);
};
const dialectOption = new Option('--dialect <name>', 'the dialect').choices(dialectNames).makeOptionMandatory();

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const program = new Command('settings').description("A tenant's settings; each dialect's README lists its own");

program
  .command('show')
  .addOption(tenantOption)
  .addOption(dialectOption)
  .addOption(tableOption)
  .action(async ({ tenant, dialect, table }) => {
    const store = await storeOf(table);
    console.log(JSON.stringify(await store.read(tenant, dialect)));
  });

program
  .command('set')
  .argument('<json>', 'e.g. \'{"version":"2.15"}\'', parsedBy(dialectSettings, jsonOf))
  .addOption(tenantOption)
  .addOption(dialectOption)
  .addOption(tableOption)
  .action(async (settings, { tenant, dialect, table }) => {
    const store = await storeOf(table);
    await store.write(tenant, dialect, settings);
    console.log(`${tenant}: ${dialect} ${JSON.stringify(settings)}`);
  });

await explained(program.parseAsync());
