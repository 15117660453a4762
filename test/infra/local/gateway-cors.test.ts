import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../infra/local/cloud.ts';
import { writeAssembly } from './fixture-assembly.ts';

const thing = 'export const handler = async () => ({ statusCode: 200, headers: { "x-thing": "1" }, body: "{}" });';
const fallback = 'export const handler = async ({ routeKey }) => ({ statusCode: 405, body: routeKey });';
const functions = {
  'things/get': { code: thing, route: 'GET /thing' },
  'things/none': { code: fallback, route: '$default' },
};
const cors = {
  AllowOrigins: ['https://desk.example.com', 'http://localhost:5173'],
  AllowMethods: ['GET', 'POST'],
  AllowHeaders: ['authorization', 'idempotency-key'],
  ExposeHeaders: ['redaction-id', 'link'],
  MaxAge: 3600,
};

const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };

const corsOf = (headers: Headers) =>
  Object.fromEntries([...headers].filter(([name]) => name.startsWith('access-control-')));

describe('a page of another origin', () => {
  let dirs: string[];
  let open: Cloud;
  let closed: Cloud;

  const call = async (cloud: Cloud, method: string, headers: Record<string, string>) => {
    const answer = await fetch(`${cloud.url}/thing`, { method, headers });
    return { status: answer.status, cors: corsOf(answer.headers), body: await answer.text() };
  };

  beforeAll(async () => {
    dirs = [await writeAssembly(functions, {}, cors), await writeAssembly(functions)];
    open = await startCloud({ assemblyDir: dirs[0]! });
    closed = await startCloud({ assemblyDir: dirs[1]! });
  });

  afterAll(async () => {
    await Promise.all([open.stop(), closed.stop()]);
    await Promise.all(dirs.map((dir) => rm(dir, { recursive: true })));
  });

  it.each(cors.AllowOrigins)(
    'that is allowed, %s, is told what it may send, and may read the answer',
    async (origin) => {
      const shown = { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'redaction-id,link' };
      expect(await call(open, 'OPTIONS', { ...asked, origin })).toEqual({
        status: 204,
        cors: {
          ...shown,
          'access-control-allow-methods': 'GET,POST',
          'access-control-allow-headers': 'authorization,idempotency-key',
          'access-control-max-age': '3600',
        },
        body: '',
      });
      expect(await call(open, 'GET', { origin })).toEqual({ status: 200, cors: shown, body: '{}' });
    },
  );

  it.each(['https://desk.example.com.evil.example', 'https://evil.example', 'null'])(
    'that is not, %s, is told nothing',
    async (origin) => {
      expect(await call(open, 'OPTIONS', { ...asked, origin })).toEqual({ status: 204, cors: {}, body: '' });
      expect(await call(open, 'GET', { origin })).toEqual({ status: 200, cors: {}, body: '{}' });
    },
  );

  it('is told nothing by an API that allows none, where OPTIONS is a method as any other', async () => {
    const origin = cors.AllowOrigins[0]!;
    expect(await call(closed, 'OPTIONS', { ...asked, origin })).toEqual({ status: 405, cors: {}, body: '$default' });
    expect(await call(closed, 'GET', { origin })).toEqual({ status: 200, cors: {}, body: '{}' });
  });

  it('is none where no browser asks: OPTIONS without a question goes to its route', async () => {
    expect(await call(open, 'OPTIONS', {})).toEqual({ status: 405, cors: {}, body: '$default' });
  });
});
