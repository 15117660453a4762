import { describe, expect, it } from 'vitest';
import { requireEnv } from '../../../shared/env.ts';
import { documents } from '../../../shared/clients.ts';
import { attachmentHostsIn, dialectSettings } from '../../../shared/tenants/dialect-settings.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';

describe("a tenant's settings of a dialect", () => {
  it('keep what is the dialect’s own, and the hosts in the form in which they are compared', () => {
    expect(dialectSettings.parse({ version: '2.15', attachmentHosts: ['Files.Example.com.'] })).toEqual({
      version: '2.15',
      attachmentHosts: ['files.example.com'],
    });
    expect(dialectSettings.parse({ version: '2.15' })).toEqual({ version: '2.15' });
  });

  it.each([
    [{ attachmentHosts: 'files.example.com' }],
    [{ attachmentHosts: { 0: 'files.example.com' } }],
    [{ attachmentHosts: ['files.example.com', '10.0.0.1'] }],
    [{ attachmentHosts: null }],
    ['files.example.com'],
    [['files.example.com']],
    [undefined],
  ])('are refused: %j', (settings) => {
    expect(dialectSettings.safeParse(settings).success).toBe(false);
  });

  it('allow the hosts that were set, for that dialect and tenant alone', async () => {
    const store = settingsStore(documents, requireEnv('TABLE_NAME'));
    await store.write('tenant-files', 'intercom', dialectSettings.parse({ attachmentHosts: ['*.Example.com'] }));
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
