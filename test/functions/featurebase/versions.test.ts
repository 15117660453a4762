import { beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';
import { callsWith, errorOf } from '../../support/featurebase-calls.ts';
import { conversation, everyPart, messagesOf } from '../../support/featurebase-documents.ts';
import { keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const { imported, read, redact } = callsWith(() => key);

describe('Featurebase-Version', () => {
  const notSupported = {
    status: 404,
    body: errorOf(
      404,
      'version_not_supported',
      'This API version is not supported for this endpoint',
      'Featurebase-Version',
    ),
  };

  it.each(['2025-12-12.clover', '2026-01-01.nova', '2026-08-19.orbit', '2027-03-01.comet'])(
    'reads the same in %s, and says so',
    async (version) => {
      const document = conversation(everyPart);
      const id = await imported(document);
      const answer = await read(id, { headers: { 'featurebase-version': version } });
      expect(answer).toMatchObject({ status: 200, headers: { 'featurebase-version': version } });
      expect(answer.text).toBe(JSON.stringify(document));
    },
  );

  it.each(['2026-01-01.nova', '2026-08-19.orbit', '2027-03-01.comet'])('redacts in %s', async (version) => {
    const id = await imported(messagesOf(1));
    expect((await redact(id, '1', { headers: { 'featurebase-version': version } })).status).toBe(200);
  });

  it.each(['2025-12-12.clover', '2025-06-01.birch', '2026-01-01.other', '2027-02-30.comet', '2027-03-01', 'nova', ''])(
    'does not redact in "%s"',
    async (version) => {
      const id = await imported(messagesOf(1));
      expect(await redact(id, '1', { headers: { 'featurebase-version': version } })).toMatchObject(notSupported);
      expect((await read(id)).text).toContain('canary-body-1');
    },
  );

  it("is the tenant's own where the request names none", async () => {
    const tenantKey = await keyOf('tenant-clover');
    const id = await imported(messagesOf(1), tenantKey);
    const settings = settingsStore(documents, requireEnv('TABLE_NAME'));
    await settings.write('tenant-clover', 'featurebase', { version: '2025-12-12.clover' });
    const nova = { 'featurebase-version': '2026-01-01.nova' };
    expect(await redact(id, '1', { key: tenantKey })).toMatchObject(notSupported);
    expect((await read(id, { key: tenantKey })).status).toBe(200);
    expect((await redact(id, '1', { key: tenantKey, headers: nova })).status).toBe(200);
  });
});
