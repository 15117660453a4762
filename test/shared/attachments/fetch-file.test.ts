import type { LookupAddress } from 'node:dns';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Egress, fetchedBytesAtMost, fetchFile } from '../../../shared/attachments/fetch-file.ts';
import { FileRefused, FileUnavailable, TooLarge } from '../../../shared/errors.ts';
import { somewhere, startFileHost } from '../../support/file-host.ts';

const hosts = ['files.example.com', 'cdn.example.com', '*.example.org', 'xn--bcher-kva.example.com'];
const secret = 'signature=canary';
const address = `https://files.example.com/a%20b/screenshot.png?${secret}`;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
let answer: Answer;
let host: Awaited<ReturnType<typeof startFileHost>>;
beforeAll(async () => {
  host = await startFileHost((request, response) => answer(request, response));
});
afterAll(() => host.stop());

const sends =
  (status: number, headers: Record<string, string>, body: string | Buffer = ''): Answer =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);
const redirectsTo = (location: string, status = 302) => sends(status, { location }, 'canary');
const png = sends(200, { 'content-type': 'image/png' }, 'a picture');

const fetched = async (url = address, { limits = {}, ...rest }: { limits?: object; egress?: Egress } = {}) =>
  fetchFile(url, { hosts, ...limits }, rest.egress ?? host.egressWith().egress);

const refusalOf = async (...args: Parameters<typeof fetched>): Promise<Error> => {
  try {
    await fetched(...args);
  } catch (error) {
    expect(String(error) + JSON.stringify(error)).not.toContain('canary');
    expect((error as Error).cause).toBeUndefined();
    return error as Error;
  }
  throw new Error('it was fetched');
};
const unavailable = (reason: string, from = 'files.example.com') =>
  new FileUnavailable(`The file at ${from} could not be fetched: ${reason}`);

describe('a file at a URL', () => {
  it('is fetched from the address that was checked, without anything of the caller’s', async () => {
    answer = png;
    const { egress, asked, dialled } = host.egressWith();
    host.requests.length = 0;
    expect(await fetched(address, { egress })).toEqual({
      contentType: 'image/png',
      bytes: 9,
      body: Buffer.from('a picture'),
    });
    expect(asked).toEqual(['files.example.com']);
    expect(dialled).toEqual([{ host: 'files.example.com', port: 443, addresses: [somewhere] }]);
    const [request] = host.requests;
    expect(request?.method).toBe('GET');
    expect(request?.url).toBe(`/a%20b/screenshot.png?${secret}`);
    expect(request?.headers).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      connection: 'close',
      host: 'files.example.com',
      'user-agent': 'Expunge',
    });
  });

  it.each([
    'https://FILES.example.com/',
    'https://files.example.com./',
    'https://files.example.com:443/#fragment',
    'https://bücher.example.com/',
  ])('is fetched by another spelling of its host: %s', async (url) => {
    answer = png;
    expect(await fetched(url)).toMatchObject({ bytes: 9 });
  });

  it.each([
    ['image/PNG; charset=binary', 'image/png'],
    ['application/vnd.ms-excel', 'application/vnd.ms-excel'],
    ['', 'application/octet-stream'],
    ['png', 'application/octet-stream'],
    ['text/html<script>', 'application/octet-stream'],
    [`a/${'b'.repeat(128)}`, 'application/octet-stream'],
  ])('that is said to be %j is %s', async (said, contentType) => {
    answer = sends(200, { 'content-type': said }, 'x');
    expect((await fetched()).contentType).toBe(contentType);
  });

  it('may be empty', async () => {
    answer = sends(200, {});
    expect(await fetched()).toEqual({ contentType: 'application/octet-stream', bytes: 0, body: Buffer.alloc(0) });
  });
});

describe('a URL that is not to be fetched', () => {
  it.each([
    ['', 'it is not a URL'],
    ['/a', 'it is not a URL'],
    ['https://', 'it is not a URL'],
    ['https://files.example.com:99999/', 'it is not a URL'],
    ['https://1.2.3.4.5/', 'it is not a URL'],
    ['http://files.example.com/?canary', 'it is not https'],
    ['https://canary:canary@files.example.com/', 'it names a user'],
    ['https://files.example.com:8443/', 'its port is not 443'],
    ['https://2130706433/', 'its host is an address'],
    ['https://canary.evil.example/', "its host is not on the tenant's list"],
  ])('is not even resolved: %s', async (url, reason) => {
    const { egress, asked, dialled } = host.egressWith();
    expect(await refusalOf(url, { egress })).toEqual(new FileRefused(`A file's URL is refused: ${reason}`));
    expect([asked, dialled]).toEqual([[], []]);
  });

  it('is any, where the tenant has no list', async () => {
    expect(await refusalOf(address, { limits: { hosts: [] } })).toBeInstanceOf(FileRefused);
  });
});

describe('a host on the list', () => {
  const v4 = (numbers: string): LookupAddress => ({ address: numbers, family: 4 });
  const v6 = (numbers: string): LookupAddress => ({ address: numbers, family: 6 });

  it.each([
    [[v4('127.0.0.1')]],
    [[v4('169.254.169.254')]],
    [[v4('10.1.2.3')]],
    [[v6('::1')]],
    [[v6('fd00:ec2::254')]],
    [[v6('::ffff:169.254.169.254')]],
    [[v6('64:ff9b::a9fe:a9fe')]],
    [[somewhere, v4('10.0.0.1')]],
    [[v6('::1'), somewhere]],
  ])('gets no connection where one of its addresses is not public: %j', async (addresses) => {
    const { egress, dialled } = host.egressWith(() => addresses);
    expect(await refusalOf(address, { egress })).toEqual(
      new FileRefused("The file at files.example.com is refused: the host's address is not a public one"),
    );
    expect(dialled).toEqual([]);
  });

  it('is resolved once, so that a second answer changes nothing', async () => {
    answer = png;
    const answers = [[somewhere], [v4('127.0.0.1')]];
    const { egress, asked, dialled } = host.egressWith(() => answers.shift() ?? []);
    expect(await fetched(address, { egress })).toMatchObject({ bytes: 9 });
    expect(asked).toHaveLength(1);
    expect(dialled.map(({ addresses }) => addresses)).toEqual([[somewhere]]);
  });

  it('is resolved and checked again behind a redirect', async () => {
    answer = redirectsTo('/again');
    const answers = [[somewhere], [v4('169.254.169.254')]];
    const { egress, dialled } = host.egressWith(() => answers.shift() ?? []);
    expect(await refusalOf(address, { egress })).toBeInstanceOf(FileRefused);
    expect(dialled).toHaveLength(1);
  });

  it.each([
    ['no address', () => []],
    [
      'the connection failed (ENOTFOUND)',
      () => Promise.reject(Object.assign(new Error('canary'), { code: 'ENOTFOUND' })),
    ],
    ['it took too long', () => new Promise<never>(() => {})],
  ])('may have none to reach: %s', async (reason, resolver) => {
    const { egress } = host.egressWith(resolver);
    expect(await refusalOf(address, { egress, limits: { timeoutMs: 50 } })).toEqual(unavailable(reason));
  });

  it('must show a certificate that is trusted', async () => {
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      const { egress } = host.egressWith(undefined, '');
      expect((await refusalOf(address, { egress })).message).toMatch(/the connection failed \([A-Z_]+\)$/);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  it('must show a certificate of its own name', async () => {
    expect(await refusalOf('https://a.example.org/')).toEqual(
      unavailable('the connection failed (ERR_TLS_CERT_ALTNAME_INVALID)', 'a.example.org'),
    );
  });
});

describe('a redirect', () => {
  it.each([301, 302, 303, 307, 308])('is followed to a host on the list: %i', async (status) => {
    answer = (request, response) =>
      (request.headers.host === 'cdn.example.com' ? png : redirectsTo('https://cdn.example.com/b', status))(
        request,
        response,
      );
    const { egress, asked, dialled } = host.egressWith();
    host.requests.length = 0;
    expect(await fetched(address, { egress })).toMatchObject({ bytes: 9 });
    expect(asked).toEqual(['files.example.com', 'cdn.example.com']);
    expect(dialled.map((call) => call.host)).toEqual(asked);
    expect(JSON.stringify(host.requests[1]!.headers)).not.toContain('canary');
  });

  it('may be relative', async () => {
    answer = (request, response) => (request.url === '/c' ? png : redirectsTo('../../c'))(request, response);
    expect(await fetched()).toMatchObject({ bytes: 9 });
  });

  it.each([
    ['http://files.example.com/canary', 'it is not https'],
    ['https://canary.evil.example/', "its host is not on the tenant's list"],
    ['//evil.example/', "its host is not on the tenant's list"],
    ['\\\\evil.example\\', "its host is not on the tenant's list"],
    ['https://canary@files.example.com/', 'it names a user'],
    ['https://files.example.com:444/', 'its port is not 443'],
    ['https://169.254.169.254/latest/meta-data/', 'its host is an address'],
    ['https://[::ffff:a9fe:a9fe]/', 'its host is an address'],
    ['file:///etc/passwd', 'it is not https'],
    ['data:text/plain,canary', 'it is not https'],
    ['https://', 'it is not a URL'],
  ])('off the list is not followed: %s', async (location, reason) => {
    answer = redirectsTo(location);
    const { egress, asked } = host.egressWith();
    expect(await refusalOf(address, { egress })).toEqual(
      new FileRefused(`A redirect of files.example.com's is refused: ${reason}`),
    );
    expect(asked).toEqual(['files.example.com']);
  });

  it('is followed three times, and not a fourth time', async () => {
    let left = 3;
    answer = (request, response) => (left-- > 0 ? redirectsTo('/next') : png)(request, response);
    expect(await fetched()).toMatchObject({ bytes: 9 });
    left = 4;
    host.requests.length = 0;
    expect(await refusalOf()).toEqual(
      new FileRefused('The file at files.example.com is refused: it is behind more than 3 redirects'),
    );
    expect(host.requests).toHaveLength(4);
  });

  it('without a place to go is an answer like any other', async () => {
    answer = sends(302, {});
    expect(await refusalOf()).toEqual(unavailable('it answered 302'));
  });
});

describe('an answer', () => {
  it.each([201, 204, 206, 300, 304, 400, 401, 403, 404, 429, 500, 503])('%i is no file', async (status) => {
    answer = sends(status, { location: '/x' });
    expect(await refusalOf()).toEqual(unavailable(`it answered ${status}`));
  });

  const tooLarge = (limit: number) => new TooLarge(`The file at files.example.com is larger than ${limit} bytes`);

  it('may be as large as the limit, and no larger', async () => {
    answer = sends(200, {}, 'x'.repeat(10));
    expect(await fetched(address, { limits: { maxBytes: 10 } })).toMatchObject({ bytes: 10 });
    expect(await refusalOf(address, { limits: { maxBytes: 9 } })).toEqual(tooLarge(9));
  });

  it('that says that it is too large is not read', async () => {
    answer = (_, response) => void response.writeHead(200, { 'content-length': String(6e9) }).write('x');
    expect(await refusalOf()).toEqual(tooLarge(fetchedBytesAtMost));
  });

  it('without end is cut off at the limit, and its connection is closed', async () => {
    let closed: Promise<unknown> | undefined;
    answer = (_, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024)));
      };
      response.on('drain', more);
      more();
    };
    expect(await refusalOf(address, { limits: { maxBytes: 1024 * 1024 } })).toEqual(tooLarge(1024 * 1024));
    await closed;
  });

  it.each([302, 404])('%i leaves no connection open, whatever more it says', async (status) => {
    let closed: Promise<unknown> | undefined;
    answer = (_, response) => {
      closed = new Promise((resolve) => response.once('close', resolve));
      response.writeHead(status, { location: 'https://evil.example/' }).write('x');
    };
    expect(await refusalOf()).toBeInstanceOf(status === 302 ? FileRefused : FileUnavailable);
    await closed;
  });

  it.each([
    ['headers that never come', () => {}],
    [
      'a body that drips',
      (_: IncomingMessage, response: ServerResponse) => {
        const timer = setInterval(() => response.write('x'), 10);
        response.once('close', () => clearInterval(timer));
      },
    ],
    [
      'redirects that dawdle',
      (_: IncomingMessage, response: ServerResponse) =>
        void setTimeout(() => response.writeHead(302, { location: '/slow' }).end(), 120),
    ],
  ])('has its time as a whole: %s', async (_, slow) => {
    answer = slow;
    const from = performance.now();
    expect(await refusalOf(address, { limits: { timeoutMs: 250 } })).toEqual(unavailable('it took too long'));
    expect(performance.now() - from).toBeLessThan(5000);
  });

  it('is not decompressed, nor taken compressed', async () => {
    answer = sends(200, { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(1024 * 1024)));
    expect(await refusalOf()).toEqual(unavailable('it was sent compressed'));
    answer = sends(200, { 'content-encoding': 'identity' }, 'x');
    expect(await fetched()).toMatchObject({ bytes: 1 });
  });

  it('that breaks off is no file', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('canary');
      setTimeout(() => response.destroy(), 20);
    };
    expect(await refusalOf()).toEqual(unavailable('the connection failed (ECONNRESET)'));
  });

  it('that is no HTTP is no file, and what it said is not repeated', async () => {
    answer = (request) => void request.socket.end('canary\r\n\r\n');
    expect((await refusalOf()).message).toMatch(/the connection failed \(HPE_[A-Z_]+\)$/);
  });

  it('with headers without end is no file', async () => {
    answer = sends(200, { 'x-long': 'canary'.repeat(10_000) }, 'x');
    expect(await refusalOf()).toEqual(unavailable('the connection failed (HPE_HEADER_OVERFLOW)'));
  });
});
