import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../infra/stacks/routes.ts';
import type { Contract } from '../../../shared/http/contract.ts';
import { documentOf } from '../../support/augno-documents.ts';
import { call, type Call } from '../../support/call.ts';
import { conversationEndpoints, expungeApi, imported, importEndpoint } from '../../support/endpoints.ts';
import { everyItem, keyOf } from '../../support/tables.ts';

let key: string;
let id: string;
let redactionId: string;
beforeAll(async () => {
  key = await keyOf('tenant-parameters');
  id = await imported(key, documentOf(2));
  redactionId = (await expungeApi.redact(key, id, { parts: [`mg_${id}_0`] })).body.id;
});

const standing = async () => JSON.stringify(await everyItem());
const own = routes.filter(({ folder }) => folder.startsWith('expunge/'));
const vendors = routes.filter(({ folder }) => !folder.startsWith('expunge/'));

/** A request to the route that succeeds. */
const requestOf = (route: string): Call => {
  if (route.endsWith('/{redactionId}')) return { path: { id: `augno:${id}`, redactionId } };
  const endpoint = [importEndpoint, ...conversationEndpoints].find((known) => known.route === route);
  if (!endpoint) throw new Error(`test/support/endpoints.ts has no request for ${route}`);
  return endpoint.request(id);
};

const { paths } = JSON.parse(readFileSync('openapi.json', 'utf8')) as {
  paths: Record<string, Record<string, { parameters?: { in: string; name: string }[] }>>;
};

/** The query parameters that the route takes, by the API document. */
const knownTo = (route: string): string[] => {
  const [method = '', path = ''] = route.split(' ');
  const { parameters = [] } = paths[path]![method.toLowerCase()]!;
  return parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
};

describe.each(own)('$key', ({ key: route, folder }) => {
  const send = async (query?: Record<string, string>) => {
    const { handler } = (await import(/* @vite-ignore */ `../../../functions/${folder}/handler.ts`)) as {
      handler: unknown;
    };
    return call(handler, { key, ...requestOf(route), ...(query && { query }) });
  };

  it.each([
    ['dryRun', { dryRun: 'true' }],
    ['dryRun', { dryRun: '' }],
    ['dryRun', { dryRun: 'true,false' }],
    ['parts', { parts: '101' }],
    ['Limit', { Limit: '1' }],
    ['toString', { toString: '1' }],
    ['__proto__', JSON.parse('{"__proto__": "1"}') as Record<string, string>],
  ])('refuses the unknown parameter %s and changes nothing: %j', async (parameter, query) => {
    const before = await standing();
    const answer = await send(query);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toEqual({
      code: 'invalid_request',
      message: `${parameter} is not a known parameter`,
      parameter,
      requestId: answer.headers['x-request-id'],
    });
    expect(await standing()).toBe(before);
  });

  // API Gateway joins them with a comma.
  it('refuses a known parameter that is sent twice', async () => {
    for (const parameter of knownTo(route)) {
      const answer = await send({ [parameter]: '1,1' });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', parameter } } });
    }
  });

  it('takes the same request without them', async () => {
    expect((await send()).status).toBeLessThan(300);
  });
});

describe.each(vendors)("$key, a vendor's", ({ folder }) => {
  it('reads no unknown parameter, as the vendor does not', async () => {
    const contracts = (await import(/* @vite-ignore */ `../../../functions/${folder}/schema.ts`)) as Record<
      string,
      Contract<unknown, unknown, unknown>
    >;
    const [, contract] = Object.entries(contracts).find(([name]) => name.endsWith('Request'))!;
    const known = contract.query.safeParse({});
    expect(known.success).toBe(true);
    expect(contract.query.safeParse({ dryRun: 'true', parts: '101,7' })).toEqual(known);
  });
});

it('covers every route of our own', () => {
  expect(own.length).toBeGreaterThan(7);
  expect(own.flatMap(({ key: route }) => knownTo(route))).toEqual(['cursor', 'limit', 'cursor', 'limit']);
});
