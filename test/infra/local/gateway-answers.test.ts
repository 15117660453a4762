import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../infra/local/cloud.ts';
import { writeAssembly } from './fixture-assembly.ts';

const sizeOnly = 'export const handler = async ({ body }) => ({ statusCode: 200, body: String(body.length) });';
const replay = 'export const handler = async ({ body }) => JSON.parse(body);';
const fail = 'export const handler = async () => { throw new Error("the secret"); };';
const slow = 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 5_000));';

describe('an answer of the local HTTP API', () => {
  const answered: [routeKey: string, status: number][] = [];
  let dir: string;
  let cloud: Cloud;

  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(cloud.url + path, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  const postJson = (path: string, value: unknown) =>
    call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });

  beforeAll(async () => {
    dir = await writeAssembly({
      'things/size': { code: sizeOnly, route: 'POST /size' },
      'things/replay': { code: replay, route: 'POST /replay' },
      'things/fail': { code: fail, route: 'GET /fail' },
      'things/slow': { code: slow, route: 'GET /slow', integrationTimeoutMs: 300 },
      'things/late': { code: slow, route: 'GET /late', timeoutSeconds: 1 },
    });
    cloud = await startCloud({ assemblyDir: dir, onRequest: (routeKey, status) => answered.push([routeKey, status]) });
  });

  afterAll(async () => {
    await cloud.stop();
    await rm(dir, { recursive: true });
  });

  it('passes on status, headers, cookies and body', async () => {
    const answer = await postJson('/replay', {
      statusCode: 201,
      headers: { 'Content-Type': 'application/json', 'X-Count': 3 },
      cookies: ['a=1', 'b=2'],
      body: '{"ü":1}',
    });
    expect(answer).toMatchObject({ status: 201, body: '{"ü":1}' });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(answer.headers.get('x-count')).toBe('3');
    expect(answer.headers.get('content-length')).toBe('8');
    expect(answer.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(answer.headers.get('apigw-requestid')).toMatch(/^[\da-f-]{36}$/);
  });

  it('decodes a binary body', async () => {
    expect(await postJson('/replay', { statusCode: 200, body: 'w7w=', isBase64Encoded: true })).toMatchObject({
      body: 'ü',
    });
  });

  it('takes a result without a status code for the body of a 200', async () => {
    const answer = await postJson('/replay', { id: 1 });
    expect(answer).toMatchObject({ status: 200, body: '{"id":1}' });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await postJson('/replay', 'text')).toMatchObject({ status: 200, body: 'text' });
  });

  it.each([
    ['a status code that is none', { statusCode: 'ok' }],
    ['a body that is no text', { statusCode: 200, body: { id: 1 } }],
    ['a header that HTTP does not allow', { statusCode: 200, headers: { 'x-thing': 'a\nb' } }],
  ])('answers 500 for %s', async (_, result) => {
    expect(await postJson('/replay', result)).toMatchObject({
      status: 500,
      body: '{"message":"Internal Server Error"}',
    });
  });

  it('answers 500 for a function that fails or times out, and says no more', async () => {
    expect(await call('/fail')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(await call('/late')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(answered.at(-1)).toEqual(['GET /late', 500]);
  });

  it('answers 503 when the function takes longer than the integration has', async () => {
    expect(await call('/slow')).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
  });

  it('answers 404 for what no route takes, if there is no $default', async () => {
    expect(await call('/nowhere')).toMatchObject({ status: 404, body: '{"message":"Not Found"}' });
  });

  it.each([
    ['a body over 10 MB', 10 * 1024 * 1024 + 1],
    ['an event over 6 MB', 6_291_456],
  ])('answers 413 for %s', async (_, bytes) => {
    const answer = await call('/size', { method: 'POST', body: 'x'.repeat(bytes) });
    expect(answer).toMatchObject({ status: 413, body: '{"message":"Request Entity Too Large"}' });
  });

  it('takes a body of 6 MB less the rest of the event', async () => {
    const answer = await call('/size', { method: 'POST', body: 'x'.repeat(6_290_000) });
    expect(answer).toMatchObject({ status: 200, body: '6290000' });
  });
});
