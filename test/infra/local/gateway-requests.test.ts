import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../infra/local/cloud.ts';
import { writeAssembly } from './fixture-assembly.ts';

const code = 'export const handler = async (event) => event;';

describe('a request to the local HTTP API', () => {
  const answered: [routeKey: string, status: number][] = [];
  let dir: string;
  let cloud: Cloud;

  const event = async (path: string, init?: RequestInit) => {
    const response = await fetch(cloud.url + path, init);
    return (await response.json()) as Record<string, unknown>;
  };
  // fetch would tidy the target up.
  const callRaw = async (target: string) => {
    const [response] = (await once(request(cloud.url, { path: target }).end(), 'response')) as [IncomingMessage];
    return { status: response.statusCode, body: await text(response) };
  };

  beforeAll(async () => {
    dir = await writeAssembly({
      'things/get': { code, route: 'GET /things/{id}' },
      'things/get-special': { code, route: 'GET /things/special' },
      'parts/get': { code, route: 'GET /things/{id}/parts/{partId}' },
      'things/post': { code, route: 'POST /things' },
      'things/unknown': { code, route: '$default' },
    });
    cloud = await startCloud({ assemblyDir: dir, onRequest: (routeKey, status) => answered.push([routeKey, status]) });
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

  it('goes to $default for HEAD, which is answered without a body', async () => {
    const response = await fetch(`${cloud.url}/things/1`, { method: 'HEAD' });
    expect(await response.text()).toBe('');
    expect(answered.at(-1)).toEqual(['$default', 200]);
  });

  it('takes the path as it is, dots and double slashes included', async () => {
    const { body } = await callRaw('//things/../things/1?a?b');
    expect(JSON.parse(body)).toMatchObject({
      rawPath: '//things/../things/1',
      rawQueryString: 'a?b',
      routeKey: '$default',
    });
  });

  it.each(['/things/%', '/things/%zz', '/things/%ff', 'http://elsewhere/things'])(
    'refuses the target %s',
    async (target) => {
      expect(await callRaw(target)).toEqual({ status: 400, body: '{"message":"Bad Request"}' });
    },
  );
});
