import { Command, Option } from 'commander';
import { dialectNames } from '../shared/dialects/registry.ts';
import type { DialectSettings } from '../shared/tenants/dialect-settings.ts';
import { settingsStore } from '../shared/tenants/settings-store.ts';
import { explained } from './explained.ts';
import { knownTenant } from './known-tenant.ts';
import { misfitsIn, readChanges, validSettings } from './settings/valid-settings.ts';
import { openServedTable, tableOption, tenantOption } from './table.ts';

/** Shows and changes what a tenant has set for a dialect, in the local run or, with --table, in a deployed stage. */

const dialectOption = new Option('--dialect <name>', 'the dialect').choices(dialectNames).makeOptionMandatory();

/** Requests pass over what does not fit, so nothing else tells the operator. */
const warnOfMisfits = (dialect: string, stored: DialectSettings) => {
  const misfits = misfitsIn(dialect, stored);
  if (misfits.length === 0) return;
  console.error([...misfits.map((misfit) => `warning: ${misfit}`), validSettings(dialect)].join('\n'));
};

/** In the order of their names: DynamoDB keeps none, and before and after are to be compared. */
const textOf = (settings: DialectSettings) =>
  JSON.stringify(Object.fromEntries(Object.entries(settings).toSorted(([one], [other]) => one.localeCompare(other))));

const program = new Command('settings').description("A tenant's settings of one dialect");

program
  .command('show')
  .addOption(tenantOption)
  .addOption(dialectOption)
  .addOption(tableOption)
  .action(async ({ tenant, dialect, table }) => {
    const { settings } = await knownTenant(program, await openServedTable(table), tenant);
    const stored = settings[dialect] ?? {};
    console.log(textOf(stored));
    warnOfMisfits(dialect, stored);
  });

program
  .command('set')
  .description('changes the settings that the JSON names, and leaves the others')
  .argument('<json>', 'e.g. \'{"version":"2.15"}\'; null removes a setting')
  .addOption(tenantOption)
  .addOption(dialectOption)
  .addOption(tableOption)
  .action(async (json, { tenant, dialect, table }) => {
    const opened = await openServedTable(table);
    const { settings } = await knownTenant(program, opened, tenant);
    const { changes, faults } = readChanges(dialect, json, settings[dialect] ?? {});
    if (faults.length > 0) program.error(`error: ${faults.join('; ')}\n${validSettings(dialect)}`);
    const { before, after } = await settingsStore(opened.client, opened.tableName).write(tenant, dialect, changes);
    console.log(`${tenant}: ${dialect}\nbefore ${textOf(before)}\nafter  ${textOf(after)}`);
    warnOfMisfits(dialect, after);
  });

await explained(program.parseAsync());
