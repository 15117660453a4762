import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { documents } from '../../shared/clients.ts';
import { sealStore } from '../../shared/conversations/seal-store.ts';
import { pk, sk } from '../../shared/table.ts';
import { apiKeyStore } from '../../shared/tenants/api-key-store.ts';
import { settingsStore } from '../../shared/tenants/settings-store.ts';
import { itemsOf, ownTable, putItem } from '../support/restored-table.ts';
import { runScript } from '../support/run-script.ts';

const { tableName } = ownTable;
const store = settingsStore(documents, tableName);
const keys = apiKeyStore(documents, tableName);

let tenant: string;
beforeEach(async () => {
  tenant = randomUUID();
  await keys.create(tenant, ['messaging:read'], new Date());
  await sealStore(documents, tableName).sealIfNew(ownTable.tableId);
});

const where = (dialect: string, of = tenant) => ['--tenant', of, '--dialect', dialect, '--table', tableName];
const set = (json: string, dialect = 'intercom', of = tenant) =>
  runScript('settings', ['set', json, ...where(dialect, of)]);
const show = (dialect = 'intercom', of = tenant) => runScript('settings', ['show', ...where(dialect, of)]);
const list = (of: string) => runScript('keys', ['list', '--tenant', of, '--table', tableName]);

const versions = '2.2, 2.3, 2.4, 2.5, 2.6, 2.7, 2.8, 2.9, 2.10, 2.11, 2.12, 2.13, 2.14, 2.15, 2.16, Preview';
const hosts = '  attachmentHosts: at most 100 names of hosts, such as files.example.com or *.example.com\n';
const valid = {
  augno: `Settings of augno, of which null removes one:\n${hosts}`,
  featurebase: `Settings of featurebase, of which null removes one:\n  version: one of 2025-12-12.clover, 2026-01-01.nova, 2026-08-19.orbit\n${hosts}`,
  intercom: `Settings of intercom, of which null removes one:\n  version: one of ${versions}\n${hosts}`,
  zendesk: `Settings of zendesk, of which null removes one:\n  agentWorkspace: true or false\n  ticketDeletion: true or false\n${hosts}`,
};

describe('npm run settings -- set', () => {
  it('changes what it names, leaves the rest, and prints both states', async () => {
    expect(await set('{"version":"2.14"}')).toEqual({
      code: 0,
      out: `${tenant}: intercom\nbefore {}\nafter  {"version":"2.14"}\n`,
      errors: '',
    });
    expect((await set('{"attachmentHosts":["Files.Example.com"]}')).out).toBe(
      `${tenant}: intercom\nbefore {"version":"2.14"}\nafter  {"attachmentHosts":["files.example.com"],"version":"2.14"}\n`,
    );
    expect((await set('{"version":null}')).out).toContain('after  {"attachmentHosts":["files.example.com"]}\n');
    expect(await show()).toEqual({ code: 0, out: '{"attachmentHosts":["files.example.com"]}\n', errors: '' });
  });

  it.each<[keyof typeof valid, string, string]>([
    ['intercom', '{"version":"9.9","verson":1}', '"version" has no valid value; intercom has no setting "verson"'],
    ['featurebase', '{"version":"nova"}', '"version" has no valid value'],
    ['zendesk', '{"agentWorkspace":"false"}', '"agentWorkspace" has no valid value'],
    ['augno', '{attachmentHosts:[]}', 'a JSON object with at least one setting is needed'],
  ])('refuses of %s %s, says what is valid, and writes nothing', async (dialect, json, fault) => {
    await store.write(tenant, dialect, { attachmentHosts: ['files.example.com'] });
    const before = await itemsOf(ownTable);
    const errors = `error: ${fault}\n${valid[dialect]}`;
    expect(await set(json, dialect)).toEqual({ code: 1, out: '', errors });
    expect(await itemsOf(ownTable)).toEqual(before);
  });

  it('warns of older settings that do not fit, and removes them', async () => {
    await putItem(ownTable, { pk: pk.tenant(tenant), sk: sk.settings, intercom: { verson: '2.15', version: '9.9' } });
    const warning = `warning: "version" has no valid value\nwarning: intercom has no setting "verson"\n${valid.intercom}`;
    const shown = { code: 0, out: '{"version":"9.9","verson":"2.15"}\n', errors: warning };
    expect(await show()).toEqual(shown);
    expect((await set('{"attachmentHosts":[]}')).errors).toBe(warning);
    expect(await set('{"verson":null,"version":"2.15"}')).toMatchObject({ code: 0, errors: '' });
    expect(await store.read(tenant, 'intercom')).toEqual({ attachmentHosts: [], version: '2.15' });
  });
});

describe('a tenant that nobody knows', () => {
  it('is named by npm run settings and npm run keys -- list, and nothing is written', async () => {
    const before = await itemsOf(ownTable);
    const errors = 'error: the tenant amce has no API keys and no settings in this table\n';
    const refused = { code: 1, out: '', errors };
    expect(await set('{"version":"2.15"}', 'intercom', 'amce')).toEqual(refused);
    expect(await show('intercom', 'amce')).toEqual(refused);
    expect(await list('amce')).toEqual(refused);
    expect(await itemsOf(ownTable)).toEqual(before);
  });

  it('is none whose last key was revoked, nor one that has settings alone', async () => {
    const [key] = await keys.list(tenant);
    expect(await list(tenant)).toMatchObject({ code: 0, out: expect.stringContaining(key!.keyId), errors: '' });
    await keys.revoke(tenant, key!.keyId, new Date());
    expect(await list(tenant)).toEqual({ code: 0, out: '', errors: `The tenant ${tenant} has no API keys\n` });
    expect(await set('{"version":"2.14"}')).toMatchObject({ code: 0 });
    await store.write('tenant-of-settings', 'intercom', { version: '2.15' });
    expect(await show('intercom', 'tenant-of-settings')).toEqual({ code: 0, out: '{"version":"2.15"}\n', errors: '' });
  });
});
