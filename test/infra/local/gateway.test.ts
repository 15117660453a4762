import { rm } from 'node:fs/promises';
import { request } from 'node:http';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../infra/local/cloud.ts';
import { writeAssembly } from './fixture-assembly.ts';

const echo = 'export const handler = async (event) => event;';
const sizeOnly = 'export const handler = async ({ body }) => ({ statusCode: 200, body: String(body.length) });';
const replay = `export const handler = async ({ body }) => JSON.parse(body);`;
const fail = 'export const handler = async () => { throw new Error("the secret"); };';
const slow = 'export const handler = () => new Promise((resolve) => setTimeout(resolve, 5_000));';

describe('the local HTTP API', () => {
  const requests: [string, number][] = [];
  let dir: string;
  let cloud: Cloud;

  const call = async (path: string, init?: RequestInit) => {
    const response = await fetch(cloud.url + path, init);
    return { status: response.status, headers: response.headers, body: await response.text() };
  };
  const event = async (path: string, init?: RequestInit) =>
    JSON.parse((await call(path, init)).body) as Record<string, unknown>;
  const postJson = (path: string, value: unknown) =>
    call(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) });
  // fetch would tidy the target up.
  const callRaw = async (path: string) => {
    const [response] = (await once(request(cloud.url, { path }).end(), 'response')) as [import('node:http').IncomingMessage];
    return { status: response.statusCode, body: await text(response) };
  };

  beforeAll(async () => {
    dir = await writeAssembly({
      'things/get': { code: echo, route: 'GET /things/{id}' },
      'things/get-special': { code: echo, route: 'GET /things/special' },
      'parts/get': { code: echo, route: 'GET /things/{id}/parts/{partId}' },
      'things/post': { code: echo, route: 'POST /things' },
      'things/size': { code: sizeOnly, route: 'POST /size' },
      'things/replay': { code: replay, route: 'POST /replay' },
      'things/fail': { code: fail, route: 'GET /fail' },
      'things/slow': { code: slow, route: 'GET /slow', integrationTimeoutMs: 300 },
      'things/late': { code: slow, route: 'GET /late', timeoutSeconds: 1 },
      'things/unknown': { code: echo, route: '$default' },
    });
    cloud = await startCloud({ assemblyDir: dir, onRequest: (routeKey, status) => requests.push([routeKey, status]) });
  });

  afterAll(async () => {
    await cloud.stop();
    await rm(dir, { recursive: true });
  });

  it('sends an event of payload format 2.0', async () => {
    const sent = await event('/things/a%3A1%20%C3%BC?tag=x&tag=y%2Cz&q=1+2&empty', {
      headers: { Cookie: 'a=1; b=2', 'X-Thing': 'One', 'User-Agent': 'test' },
    });
    expect(sent).toEqual({
      version: '2.0',
      routeKey: 'GET /things/{id}',
      rawPath: '/things/a:1 ü',
      rawQueryString: 'tag=x&tag=y%2Cz&q=1+2&empty',
      cookies: ['a=1', 'b=2'],
      headers: expect.objectContaining({ 'x-thing': 'One', 'user-agent': 'test', host: new URL(cloud.url).host }),
      queryStringParameters: { tag: 'x,y,z', q: '1 2', empty: '' },
      pathParameters: { id: 'a:1 ü' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'localhost',
        domainPrefix: 'localhost',
        http: { method: 'GET', path: '/things/a:1 ü', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        routeKey: 'GET /things/{id}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
    expect(sent['headers']).not.toHaveProperty('cookie');
  });

  it('leaves out what a request does not have', async () => {
    const sent = await event('/things/1');
    for (const absent of ['body', 'cookies', 'queryStringParameters']) expect(sent).not.toHaveProperty(absent);
    expect(await event('/elsewhere')).not.toHaveProperty('pathParameters');
  });

  it.each([
    ['application/json; charset=utf-8', false],
    ['text/plain', false],
    ['application/x-www-form-urlencoded', true],
    ['application/octet-stream', true],
  ])('hands over a body of %s', async (contentType, isBase64Encoded) => {
    const sent = await event('/things', { method: 'POST', headers: { 'content-type': contentType }, body: '{"ü":1}' });
    const body = isBase64Encoded ? Buffer.from('{"ü":1}').toString('base64') : '{"ü":1}';
    expect(sent).toMatchObject({ body, isBase64Encoded });
  });

  it('hands over a body without a content type as base64', async () => {
    const sent = await event('/things', { method: 'POST', body: new Blob(['{}']) });
    expect(sent).toMatchObject({ body: 'e30=', isBase64Encoded: true });
  });

  it.each([
    ['GET', '/things/special', 'GET /things/special'],
    ['GET', '/things/specially', 'GET /things/{id}'],
    ['GET', '/things/a/parts/b', 'GET /things/{id}/parts/{partId}'],
    ['GET', '/things/a%2Fparts%2Fb', 'GET /things/{id}'],
    ['POST', '/things', 'POST /things'],
    ['GET', '/things', '$default'],
    ['GET', '/things/', '$default'],
    ['POST', '/things/', '$default'],
    ['DELETE', '/things/special', '$default'],
    ['OPTIONS', '/things', '$default'],
    ['GET', '/', '$default'],
  ])('routes %s %s to %s', async (method, path, routeKey) => {
    expect(await event(path, { method })).toMatchObject({ routeKey });
  });

  it('answers HEAD without a body', async () => {
    expect(await call('/things/1', { method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
    expect(requests.at(-1)).toEqual(['$default', 200]);
  });

  it('takes the path as it is, dots and double slashes included', async () => {
    const { body } = await callRaw('//things/../things/1?a?b');
    expect(JSON.parse(body)).toMatchObject({ rawPath: '//things/../things/1', rawQueryString: 'a?b', routeKey: '$default' });
  });

  it.each(['/things/%', '/things/%zz', '/things/%ff', 'http://elsewhere/things'])('refuses the target %s', async (target) => {
    expect(await callRaw(target)).toEqual({ status: 400, body: '{"message":"Bad Request"}' });
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
    expect(await postJson('/replay', { statusCode: 200, body: 'w7w=', isBase64Encoded: true })).toMatchObject({ body: 'ü' });
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
    expect(await postJson('/replay', result)).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
  });

  it('answers 500 for a function that fails or times out, and says no more', async () => {
    expect(await call('/fail')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(await call('/late')).toMatchObject({ status: 500, body: '{"message":"Internal Server Error"}' });
    expect(requests.at(-1)).toEqual(['GET /late', 500]);
  });

  it('answers 503 when the function takes longer than the integration has', async () => {
    expect(await call('/slow')).toMatchObject({ status: 503, body: '{"message":"Service Unavailable"}' });
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
