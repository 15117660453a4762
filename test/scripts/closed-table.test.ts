import { beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../shared/clients.ts';
import { sealStore } from '../../shared/conversations/seal-store.ts';
import { apiKeyStore } from '../../shared/tenants/api-key-store.ts';
import { itemsOf, ownTable } from '../support/restored-table.ts';
import { runScript } from '../support/run-script.ts';

const seals = sealStore(documents, ownTable.tableName);
const where = ['--tenant', 'acme', '--table', ownTable.tableName];
const dialect = ['--dialect', 'intercom'];

let keyId: string;
beforeAll(async () => {
  ({ keyId } = await apiKeyStore(documents, ownTable.tableName).create('acme', ['messaging:read'], new Date()));
});

const scripts = (): [string, string[]][] => [
  ['keys', ['create', '--permissions', 'messaging:read', ...where]],
  ['keys', ['list', ...where]],
  ['keys', ['revoke', keyId, ...where]],
  ['settings', ['set', '{"version":"2.15"}', ...dialect, ...where]],
  ['settings', ['show', ...dialect, ...where]],
];

describe('npm run keys and npm run settings', () => {
  it('are refused on a closed table, in a line that says what to do, and change nothing', async () => {
    await seals.seal('another table');
    const before = await itemsOf(ownTable);
    const refusal = 'The table is closed: run npm run replay-ledger, as docs/restore.md says';
    const refused = { code: 1, out: '', errors: `error: TableNotReplayed: ${refusal}\n` };
    for (const [name, args] of scripts()) expect(await runScript(name, args)).toEqual(refused);
    expect(await itemsOf(ownTable)).toEqual(before);
  });

  it('work on an open one', async () => {
    await seals.seal(ownTable.tableId);
    for (const [name, args] of scripts()) expect(await runScript(name, args)).toMatchObject({ code: 0, errors: '' });
    expect(await apiKeyStore(documents, ownTable.tableName).list('acme')).not.toContainEqual(
      expect.objectContaining({ keyId }),
    );
  });

  it('say what to do where there is no such table, or no region', async () => {
    const list = ['list', '--tenant', 'acme', '--table', 'nowhere'];
    expect(await runScript('keys', list)).toEqual({
      code: 1,
      out: '',
      errors:
        'error: ResourceNotFoundException: there is no such table in this account and region: the output TableName names it\n',
    });
    const noRegion = { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_CONFIG_FILE: '/dev/null' };
    expect(await runScript('keys', list, noRegion)).toEqual({
      code: 1,
      out: '',
      errors: 'error: MissingRegion: set AWS_REGION, or a region in your AWS profile\n',
    });
  });
});
