import { beforeAll, describe, expect, it } from 'vitest';
import { handler as unknownRoute } from '../../../functions/expunge/unknown-route/handler.ts';
import { permissions } from '../../../shared/tenants/api-key-store.ts';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { conversationEndpoints, imported, importEndpoint } from '../../support/endpoints.ts';
import { everyItem, keyOf } from '../../support/tables.ts';

const tenantId = 'tenant-keys';
let key: string;
beforeAll(async () => {
  key = await keyOf(tenantId);
});
const standing = async () => JSON.stringify(await everyItem());

describe.each([importEndpoint, ...conversationEndpoints])('$route', ({ route, permission, handler, request }) => {
  const isAugno = route.includes('/messaging/');
  const target = () => (route === importEndpoint.route ? Promise.resolve(freshId('cv')) : imported(key, documentOf(1)));

  it(`needs ${permission}, and nothing else`, async () => {
    const id = await target();
    const all = await keyOf(
      tenantId,
      permissions.filter((granted) => granted !== permission),
    );
    const one = await keyOf(tenantId, [permission]);
    const before = await standing();

    const refused = await call(handler, { key: all, ...request(id) });

    expect(refused.status).toBe(403);
    expect(refused.body).toEqual(
      isAugno
        ? {
            error: {
              code: 'insufficient_permissions',
              type: 'invalid_request_error',
              message: `The ${permission} permission is required.`,
              param: null,
              doc_url: 'https://docs.augno.com/api/errors#insufficient_permissions',
              is_transient: false,
              quota: null,
              request_log_url: null,
            },
          }
        : {
            error: {
              code: 'insufficient_permissions',
              message: `The permission ${permission} is required`,
              parameter: null,
              requestId: refused.headers['x-request-id'],
            },
          },
    );
    expect(await standing()).toBe(before);
    expect((await call(handler, { key: one, ...request(id) })).status).toBeLessThan(300);
  });

  it.each<[string, (key: string) => Record<string, string>]>([
    ['no header', () => ({})],
    ['an unknown key', () => ({ authorization: 'Bearer exp_sk_nobody' })],
    ['an empty key', () => ({ authorization: 'Bearer ' })],
    ['a key and more behind it', (own) => ({ authorization: `Bearer ${own} more` })],
    ['another scheme', (own) => ({ authorization: `Token ${own}` })],
    ['no scheme', (own) => ({ authorization: own })],
    ['Basic with a password', (own) => ({ authorization: `Basic ${Buffer.from(`${own}:x`).toString('base64')}` })],
    ['Basic without a colon', (own) => ({ authorization: `Basic ${Buffer.from(own).toString('base64')}` })],
    ['a key of a hundred thousand characters', () => ({ authorization: `Bearer ${'k'.repeat(100_000)}` })],
  ])('says that authentication is required: %s', async (_, headersWith) => {
    const id = await target();
    const sent = request(id);
    const before = await standing();
    const answer = await call(handler, { ...sent, headers: { ...sent.headers, ...headersWith(key) } });
    expect(answer.status).toBe(401);
    if (isAugno) {
      expect(answer.body.error).toMatchObject({ code: 'invalid_credentials', message: 'Authentication is required.' });
      expect(Object.keys(answer.body.error)).toHaveLength(8);
    } else {
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(answer.body).toEqual({
        error: {
          code: 'unauthenticated',
          message: 'A valid API key is required: Authorization: Bearer <key>',
          parameter: null,
          requestId: answer.headers['x-request-id'],
        },
      });
    }
    expect(answer.text).not.toContain(key);
    expect(await standing()).toBe(before);
  });

  it("takes the key as the name of Basic credentials in Augno's API, and not in Expunge's own", async () => {
    const sent = request(await target());
    const authorization = `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
    const answer = await call(handler, { ...sent, headers: { ...sent.headers, authorization } });
    expect(answer.status).toBe(isAugno ? 200 : 401);
  });

  it('asks who calls before it looks at the request', async () => {
    const broken = {
      path: { id: 'x' },
      query: { limit: 'x', include: 'x' },
      body: '{',
      headers: { 'idempotency-key': '' },
    };
    expect((await call(handler, broken)).status).toBe(401);
  });
});

it('An unknown route asks for no key', async () => {
  expect((await call(unknownRoute, { rawPath: '/v1/x' })).status).toBe(404);
});
