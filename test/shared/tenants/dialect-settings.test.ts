import { describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { dialectNames, settingsSchemaOf } from '../../../shared/dialects/registry.ts';
import { requireEnv } from '../../../shared/env.ts';
import { attachmentHostsIn } from '../../../shared/tenants/dialect-settings.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';

describe("a tenant's settings of a dialect", () => {
  it.each([
    ['augno', []],
    ['featurebase', ['version']],
    ['intercom', ['version']],
    ['zendesk', ['agentWorkspace', 'ticketDeletion']],
  ])('of %s are %j and the hosts, none of them required', (dialect, own) => {
    expect(Object.keys(settingsSchemaOf(dialect).shape).toSorted()).toEqual(['attachmentHosts', ...own].toSorted());
    expect(settingsSchemaOf(dialect).parse({})).toEqual({});
  });

  it('have the hosts in the form in which they are compared', () => {
    for (const dialect of dialectNames)
      expect(settingsSchemaOf(dialect).parse({ attachmentHosts: ['Files.Example.com.'] })).toEqual({
        attachmentHosts: ['files.example.com'],
      });
  });

  it.each([
    ['intercom', '2.2'],
    ['intercom', '2.16'],
    ['intercom', 'Preview'],
    ['featurebase', '2025-12-12.clover'],
    ['featurebase', '2026-08-19.orbit'],
  ])('of %s may be the version %s', (dialect, version) => {
    expect(settingsSchemaOf(dialect).parse({ version })).toEqual({ version });
  });

  it.each<[string, unknown]>([
    ['augno', { attachmentHosts: 'files.example.com' }],
    ['augno', { attachmentHosts: { 0: 'files.example.com' } }],
    ['augno', { attachmentHosts: ['files.example.com', '10.0.0.1'] }],
    ['augno', { attachmentHosts: null }],
    ['augno', { version: '1.0.forge-preview.3' }],
    ['augno', ['files.example.com']],
    ['augno', 'files.example.com'],
    ['augno', undefined],
    ['intercom', { verson: '2.15' }],
    ['intercom', { version: '2.15', agentWorkspace: false }],
    // Requests may ask for these; a tenant's own must be one that exists.
    ['intercom', { version: '2.17' }],
    ['intercom', { version: 'Unstable' }],
    ['intercom', { version: '2.1' }],
    ['intercom', { version: 2.15 }],
    ['intercom', JSON.parse('{"__proto__":{"version":"2.15"}}')],
    ['featurebase', { version: '2027-03-01.comet' }],
    ['zendesk', { version: 'v2' }],
    ['zendesk', { agentWorkspace: 'false' }],
  ])('of %s are refused: %j', (dialect, settings) => {
    expect(settingsSchemaOf(dialect).safeParse(settings).success).toBe(false);
  });

  it('allow the hosts that were set, for that dialect and tenant alone', async () => {
    const store = settingsStore(documents, requireEnv('TABLE_NAME'));
    await store.write('tenant-files', 'intercom', { attachmentHosts: ['*.example.com'] });
    const hostsOf = async (tenantId: string, dialect: string) => attachmentHostsIn(await store.read(tenantId, dialect));
    expect(await hostsOf('tenant-files', 'intercom')).toEqual(['*.example.com']);
    expect(await hostsOf('tenant-files', 'zendesk')).toEqual([]);
    expect(await hostsOf('tenant-none', 'intercom')).toEqual([]);
  });

  it.each([
    [{}],
    [{ attachmentHosts: [] }],
    [{ attachmentHosts: ['localhost', 'files.example.com'] }],
    [{ attachmentHosts: 7 }],
  ])('allow no host where none is set, or where one does not fit: %j', (settings) => {
    expect(attachmentHostsIn(settings)).toEqual([]);
  });
});
