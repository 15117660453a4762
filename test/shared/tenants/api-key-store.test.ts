import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { apiKeyStore, permissions, tenantId } from '../../../shared/tenants/api-key-store.ts';
import { documentOf } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { conversationEndpoints, imported, importEndpoint } from '../../support/endpoints.ts';
import { everyItem, itemsWith } from '../../support/tables.ts';

const store = apiKeyStore(documents, requireEnv('TABLE_NAME'));
const now = new Date('2026-11-22T10:00:00Z');

describe('API keys', () => {
  it('are found by the key, and say whose they are and what they grant', async () => {
    const { key, keyId } = await store.create('tenant-found', ['messaging:read'], now);
    expect(await store.find(key)).toEqual({ tenantId: 'tenant-found', keyId, permissions: ['messaging:read'] });
    expect(await store.find(`${key}x`)).toBeUndefined();
    expect(await store.find('')).toBeUndefined();
    expect(await store.find(createHash('sha256').update(key).digest('hex'))).toBeUndefined();
  });

  it('stand nowhere in the table, only their SHA-256', async () => {
    const { key } = await store.create('tenant-hash', permissions, now);
    expect(await itemsWith(key, key.slice('exp_sk_'.length))).toEqual([]);
    expect(await itemsWith(createHash('sha256').update(key).digest('hex'))).toHaveLength(2);
  });

  it('are listed for their tenant, without anything that could be used as one', async () => {
    const made = [
      await store.create('tenant-list', ['messaging:read'], now),
      await store.create('tenant-list', permissions, now),
    ];
    await store.create('tenant-list-2', permissions, now);
    const listed = await store.list('tenant-list');
    expect(listed.toSorted((a, b) => a.permissions.length - b.permissions.length)).toEqual([
      { tenantId: 'tenant-list', keyId: made[0]!.keyId, permissions: ['messaging:read'], createdAt: now.toISOString() },
      { tenantId: 'tenant-list', keyId: made[1]!.keyId, permissions, createdAt: now.toISOString() },
    ]);
    expect(await store.list('tenant-nobody')).toEqual([]);
  });

  it('differ from each other', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => store.create('tenant-many', permissions, now)));
    expect(new Set(made.map(({ key }) => key)).size).toBe(20);
    expect(made.every(({ key }) => /^exp_sk_[\w-]{32}$/.test(key))).toBe(true);
  });
});

describe('a key that is revoked', () => {
  it('is refused at once by every endpoint, and leaves only when that was', async () => {
    const { key, keyId } = await store.create('tenant-revoked', permissions, now);
    const id = await imported(key, documentOf(1));
    expect(await store.revoke('tenant-revoked', keyId, now)).toBe(true);
    for (const { handler, request } of [importEndpoint, ...conversationEndpoints]) {
      expect((await call(handler, { key, ...request(id) })).status).toBe(401);
    }
    const hash = createHash('sha256').update(key).digest('hex');
    expect(await itemsWith(keyId, hash)).toEqual(
      expect.arrayContaining([
        { pk: `K#${hash}`, sk: 'KEY', revokedAt: now.toISOString() },
        { pk: 'T#tenant-revoked', sk: `KEY#${keyId}`, revokedAt: now.toISOString() },
      ]),
    );
    expect(await itemsWith(keyId, hash)).toHaveLength(2);
    expect(await store.list('tenant-revoked')).toEqual([]);
    expect(await store.revoke('tenant-revoked', keyId, now)).toBe(false);
  });

  it('does not take others with it', async () => {
    const [one, two] = [
      await store.create('tenant-two', permissions, now),
      await store.create('tenant-two', permissions, now),
    ];
    await store.revoke('tenant-two', one.keyId, now);
    expect(await store.find(two.key)).toMatchObject({ keyId: two.keyId });
  });

  it("is the tenant's own: another's is not found and stays", async () => {
    const { key, keyId } = await store.create('tenant-owner', permissions, now);
    const before = JSON.stringify(await everyItem());
    expect(await store.revoke('tenant-thief', keyId, now)).toBe(false);
    expect(await store.revoke('tenant-owner', 'key_nobody', now)).toBe(false);
    expect(JSON.stringify(await everyItem())).toBe(before);
    expect(await store.find(key)).toBeDefined();
  });
});

it.each(['a', 'tenant-1', '0', 'x'.repeat(40)])('%s may be a tenant', (id) => {
  expect(tenantId.safeParse(id).success).toBe(true);
});

it.each(['', '-a', 'A', 'a#b', 'a/b', 'a b', 'ä', 'x'.repeat(41), 'a\n', 'a_b'])('%j may not be a tenant', (id) => {
  expect(tenantId.safeParse(id).success).toBe(false);
});
