import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { documentOf, freshId, message } from '../support/augno-documents.ts';
import { type HttpAnswer, type HttpCall, send, tablesOf } from '../support/cloud-client.ts';

let cloud: Cloud;
let tables: ReturnType<typeof tablesOf>;
let key: string;
const logs: string[] = [];
const requests: [string, number][] = [];

beforeAll(async () => {
  cloud = await startCloud({
    assemblyDir: await synthesize({}),
    schedules: false,
    onLog: (folder, line) => logs.push(`${folder} ${line}`),
    onRequest: (routeKey, status) => requests.push([routeKey, status]),
  });
  tables = tablesOf(cloud);
  key = await tables.keyOf('tenant-wire');
});

afterAll(async () => {
  tables.close();
  await cloud.stop();
});

const auth = () => ({ authorization: `Bearer ${key}` });
const augno = () => ({ ...auth(), 'augno-version': '1.0.forge-preview.3' });
const call = (method: string, path: string, more: HttpCall = {}) => send(cloud.url, method, path, more);
const everything = { scope: 'conversation' };
const json = { 'content-type': 'application/json' };

const imported = async (count: number) => {
  const document = documentOf(count);
  const answer = await call('POST', '/v1/conversations', { headers: auth(), body: { dialect: 'augno', document } });
  expect(answer.status).toBe(201);
  return document.conversation.id;
};

/** What every answer of a function carries. */
const expectHeaders = ({ headers }: HttpAnswer) => {
  expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  expect(headers.get('strict-transport-security')).toContain('max-age=');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
};

describe('over HTTP, with the bundles as they are deployed', () => {
  it('a conversation goes in, is read, is redacted, and is gone', async () => {
    const id = await imported(10);
    const path = `/v1/messaging/conversations/${id}`;
    const read = () => call('GET', `${path}/messages?limit=3`, { headers: augno() });

    const before = await read();
    expect(before).toMatchObject({ status: 200, body: { data: [{ body: `canary body of mg_${id}_9` }, {}, {}] } });
    expect(before.body.page_info.has_next_page).toBe(true);

    const headers = { ...augno(), 'idempotency-key': 'try-1' };
    const redaction = await call('POST', `${path}/actions/redact`, { headers });
    expect(redaction).toMatchObject({ status: 200, body: { id, unread: 0 } });
    expect(redaction.headers.get('redaction-state')).toBe('completed');
    expect(redaction.headers.get('augno-version')).toBe('1.0.forge-preview.3');

    const after = await read();
    expect(after.body.data.map((sent: { body: null }) => sent.body)).toEqual([null, null, null]);
    const monitor = /<(.+)>/.exec(redaction.headers.get('link')!)![1]!;
    expect((await call('GET', monitor, { headers: auth() })).body).toMatchObject({
      state: 'completed',
      verified: true,
    });
    expect((await tables.items()).filter((item) => JSON.stringify(item).includes(`canary body of mg_${id}`))).toEqual(
      [],
    );
    for (const answer of [before, redaction, after]) expectHeaders(answer);
  });

  it('every url that an answer gives leads on', async () => {
    const id = await imported(5);
    let next: string | null = `/v1/messaging/conversations/${id}/messages?limit=2&include[]=sender&include[]=author`;
    const seen: string[] = [];
    while (next !== null) {
      const answer: HttpAnswer = await call('GET', next, { headers: augno() });
      for (const sent of answer.body.data) {
        seen.push(sent.id);
        expect(sent.sender.name).toBe('Ada Brandt');
      }
      next = answer.body.page_info.next_page_url;
    }
    expect(seen).toEqual([4, 3, 2, 1, 0].map((n) => `mg_${id}_${n}`));
    const document = documentOf(0);
    const answer = await call('POST', '/v1/conversations', { headers: auth(), body: { dialect: 'augno', document } });
    expect((await call('GET', answer.headers.get('location')!, { headers: auth() })).status).toBe(200);
  });

  it('takes a conversation id with its colon encoded or not', async () => {
    const id = await imported(1);
    for (const path of [`augno:${id}`, `augno%3A${id}`, `augno%3a${id}`]) {
      const answer = await call('GET', `/v1/conversations/${path}`, { headers: auth() });
      expect(answer).toMatchObject({ status: 200, body: { id: `augno:${id}` } });
    }
  });

  it('a file goes up, is shown by a link, and is gone with its message', async () => {
    const id = await imported(1);
    const path = `/v1/conversations/augno:${id}`;
    const text = 'canary of a file';
    const request = { fileName: 'canary.txt', contentType: 'text/plain', bytes: text.length };
    const created = await call('POST', `${path}/attachments`, { headers: auth(), body: request });
    expect(created.status).toBe(201);
    const { reference, upload } = created.body;
    expect((await fetch(upload.url, { method: 'PUT', headers: upload.headers, body: text })).status).toBe(200);
    const parts = [message('mg_file', 2, { body: `see ${reference}` })];
    expect((await call('POST', `${path}/parts`, { headers: auth(), body: { parts } })).status).toBe(200);

    const { body } = await call('GET', `/v1/messaging/conversations/${id}/messages`, { headers: augno() });
    const link = body.data[0].body.slice('see '.length);
    const file = await fetch(link);
    expect([file.status, file.headers.get('content-type'), await file.text()]).toEqual([200, 'text/plain', text]);

    const redaction = await call('POST', `${path}/actions/redact`, { headers: auth(), body: everything });
    expect(redaction.body).toMatchObject({ state: 'completed', verified: true });
    // Who signed it may not list, and is not told that the file is gone.
    expect((await fetch(link)).status).toBe(403);
  });

  it('appends, holds and releases', async () => {
    const id = await imported(1);
    const path = `/v1/conversations/augno%3A${id}`;
    const body = { parts: [message('mg_appended', 2)] };
    expect((await call('POST', `${path}/parts`, { headers: auth(), body })).body.parts).toEqual({
      added: 1,
      existing: 0,
    });
    expect((await call('PUT', `${path}/legal-hold`, { headers: auth(), body: { held: true } })).body.held).toBe(true);
    const refused = await call('POST', `${path}/actions/redact`, { headers: auth(), body: everything });
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'legal_hold' } } });
    const hold = `/v1/messaging/conversations/${id}/actions/set-legal-hold`;
    await call('POST', hold, { headers: augno(), body: { legal_hold: 'released' } });
    expect((await call('POST', `${path}/actions/redact`, { headers: auth(), body: everything })).status).toBe(200);
    expect((await call('GET', `${path}/redactions`, { headers: auth() })).body.data).toHaveLength(1);
  });

  it('takes effect once for many requests with one key, in many environments', async () => {
    const id = await imported(30);
    const headers = { ...augno(), 'idempotency-key': freshId('many') };
    const path = `/v1/messaging/conversations/${id}/actions/redact`;
    const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', path, { headers })));
    const replayed = answers.filter((answer) => answer.headers.get('idempotent-replayed') === 'true');
    const refused = answers.filter(({ status }) => status === 409);
    expect(answers.length - replayed.length - refused.length).toBe(1);
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
    const ledger = await call('GET', `/v1/conversations/augno:${id}/redactions`, { headers: auth() });
    expect(ledger.body.data).toHaveLength(1);
  });
});

describe('routes that are none', () => {
  it.each([
    ['GET', '/'],
    ['GET', '/v1'],
    ['GET', '/v1/conversations/a/b/c'],
    ['POST', '/v9/conversations'],
    ['GET', '/favicon.ico'],
    ['DELETE', '/v1/nothing'],
  ])('are not found in our words: %s %s', async (method, path) => {
    const answer = await call(method, path);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'route_not_found', parameter: null } } });
    expect(answer.body.error.requestId).toBe(answer.headers.get('x-request-id'));
    expectHeaders(answer);
  });

  it.each([
    ['GET', '/v1/messaging'],
    ['GET', '/v1/messaging/conversations'],
    ['PATCH', '/v1/messaging/messages/mg_1'],
    ['GET', '/v1/messaging/conversations/cv_1/links'],
  ])("are not found in Augno's words under its prefix: %s %s", async (method, path) => {
    const answer = await call(method, path);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'resource_not_found', quota: null } } });
    expectHeaders(answer);
  });

  it.each([
    ['DELETE', '/v1/conversations/augno:cv_1', 'GET'],
    ['GET', '/v1/conversations', 'POST'],
    ['POST', '/v1/conversations/augno:cv_1/legal-hold', 'PUT'],
    ['OPTIONS', '/v1/conversations/augno:cv_1/parts', 'POST'],
    ['GET', '/v1/messaging/conversations/cv_1/actions/redact', 'POST'],
    ['DELETE', '/v1/messaging/conversations/cv_1/messages', 'GET'],
    ['PATCH', '/v1/messaging/conversations/cv_1', 'GET'],
  ])('have no such method: %s %s', async (method, path, allowed) => {
    const answer = await call(method, path);
    expect(answer).toMatchObject({ status: 405, body: { error: { code: 'method_not_allowed' } } });
    expect('quota' in answer.body.error).toBe(path.includes('/messaging/'));
    expect(answer.headers.get('allow')).toBe(allowed);
    expectHeaders(answer);
  });

  it('answers HEAD without a body', async () => {
    const answer = await call('HEAD', '/v1/conversations/augno:cv_1');
    expect([answer.status, answer.text]).toEqual([405, '']);
  });
});

describe('ids in a path', () => {
  it.each(['cv_a%2Fb', 'cv_%00', 'cv_a%23B%231', 'cv%20a', '%E2%80%AE', 'a@example.com', 'c'.repeat(2000), '%2e%2e'])(
    'that no conversation can have are not found: %s',
    async (id) => {
      const augnos = await call('GET', `/v1/messaging/conversations/${id}`, { headers: augno() });
      expect(augnos).toMatchObject({ status: 404, body: { error: { code: 'resource_not_found' } } });
      for (const path of [
        `/v1/conversations/augno:${id}`,
        `/v1/conversations/${id}`,
        `/v1/conversations/${id}:cv_1/redactions`,
      ]) {
        const ours = await call('GET', path, { headers: auth() });
        expect(ours.status).toBe(404);
        expectHeaders(ours);
      }
    },
  );

  it('that are no text at all are refused by the gateway', async () => {
    const answer = await call('GET', '/v1/conversations/%zz', { headers: auth() });
    expect(answer).toMatchObject({ status: 400, body: { message: 'Bad Request' } });
  });
});

describe('bodies', () => {
  const path = '/v1/conversations';
  const ofSize = (bytes: number) => `{"dialect":"augno","document":"${'x'.repeat(bytes - 33)}"}`;

  it('of 5.5 MB are refused in the words of the API', async () => {
    const body = ofSize(5.5 * 1024 * 1024);
    const ours = await call('POST', path, { headers: { ...auth(), ...json }, body });
    expect(ours).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
    expectHeaders(ours);
    const redact = `/v1/messaging/conversations/${await imported(1)}/actions/redact`;
    const augnos = await call('POST', redact, { headers: { ...augno(), ...json }, body });
    expect(augnos).toMatchObject({ status: 400, body: { error: { code: 'validation_failed', param: null } } });
    expectHeaders(augnos);
  });

  it.each([7, 11])('of %i MB are refused by the gateway', async (megabytes) => {
    const body = ofSize(megabytes * 1024 * 1024);
    const answer = await call('POST', path, { headers: { ...auth(), ...json }, body });
    expect(answer).toMatchObject({ status: 413, body: { message: 'Request Entity Too Large' } });
  });

  it.each([
    ['a list', '[]'],
    ['a text', '"canary"'],
    ['a number', '7'],
    ['null', 'null'],
    ['broken JSON', '{"canary":'],
    ['a byte order mark', '\uFEFF{}'],
    ['a form', 'dialect=augno&document=canary'],
    ['bytes that are no text', '\u0000\u0001'],
    ['nothing', ''],
    ['wrong types', '{"dialect":7,"document":"canary"}'],
    ['a thousand levels', '['.repeat(1000)],
  ])('of %s are refused, whatever content type they claim', async (_, body) => {
    for (const type of ['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'image/png']) {
      const answer = await call('POST', path, { headers: { ...auth(), 'content-type': type }, body });
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
      expect(answer.text).not.toContain('canary');
      expectHeaders(answer);
    }
  });
});

describe('whatever is sent', () => {
  const segment = fc.oneof(
    fc.constantFrom(
      'v1',
      'conversations',
      'messaging',
      'messages',
      'parts',
      'attachments',
      'legal-hold',
      'actions',
      'redact',
      'redactions',
      'set-legal-hold',
    ),
    fc.constantFrom(
      'augno:cv_fuzz',
      'cv_fuzz',
      'augno%3Acv_fuzz',
      '__proto__',
      'constructor',
      '%00',
      '..',
      '%2F',
      'a'.repeat(300),
    ),
    fc.string({ unit: 'binary', maxLength: 20 }).map((text) => encodeURIComponent(text.toWellFormed())),
  );
  const path = fc.oneof(
    fc.constantFrom(
      '/v1/conversations',
      ...['', '/parts', '/legal-hold', '/actions/redact', '/redactions', '/redactions/x'].map(
        (rest) => `/v1/conversations/augno:cv_fuzz${rest}`,
      ),
      '/conversations/redact',
      '/conversations/cv_fuzz',
      ...['', '/messages', '/actions/redact', '/actions/set-legal-hold'].map(
        (rest) => `/v1/messaging/conversations/cv_fuzz${rest}`,
      ),
    ),
    fc.array(segment, { maxLength: 7 }).map((segments) => `/${segments.join('/')}`),
  );
  const query = fc.dictionary(
    fc.constantFrom('limit', 'cursor', 'include', 'include[]', 'status', 'after_sequence', 'q', '__proto__', 'x'),
    fc.oneof(
      fc.constantFrom('1', '0', 'n5', 'p0', 'sender', 'sent', 'last_message,,', ''),
      fc.string({ maxLength: 12 }),
    ),
    { maxKeys: 3 },
  );
  const document = fc.record(
    {
      conversation: fc.record(
        { id: fc.constantFrom('cv_fuzz', 'x', 7, '__proto__'), title: fc.anything(), participants: fc.jsonValue() },
        { requiredKeys: ['id'] },
      ),
      messages: fc.array(
        fc.dictionary(
          fc.constantFrom('id', 'body', 'sender', 'sequence', 'attachments', '__proto__', 'x'),
          fc.jsonValue(),
        ),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: [] },
  );
  const body = fc.oneof(
    { arbitrary: fc.constant(undefined), weight: 2 },
    {
      arbitrary: fc.record(
        { dialect: fc.constantFrom('augno', 'expunge', '__proto__'), document },
        { requiredKeys: [] },
      ),
      weight: 3,
    },
    {
      arbitrary: fc.record(
        {
          parts: fc.array(fc.oneof(fc.jsonValue(), fc.record({ id: fc.string() })), { maxLength: 3 }),
          scope: fc.constantFrom('conversation', 'parts', 'x'),
          reason: fc.string(),
        },
        { requiredKeys: [] },
      ),
      weight: 2,
    },
    {
      arbitrary: fc.record(
        { held: fc.oneof(fc.boolean(), fc.jsonValue()), legal_hold: fc.constantFrom('held', 'released', 'x') },
        { requiredKeys: [] },
      ),
      weight: 1,
    },
    { arbitrary: fc.jsonValue(), weight: 1 },
    { arbitrary: fc.string({ unit: 'binary' }).map((text) => text.toWellFormed()), weight: 1 },
  );
  const headers = fc.record(
    {
      authorization: fc.constantFrom('key', 'Bearer x', 'Basic eDo=', ''),
      'augno-version': fc.constantFrom('1.0.forge-preview.3', '1.0.forge-preview.3', 'x'),
      'idempotency-key': fc.oneof(fc.constantFrom('one', '"one"', '""'), fc.stringMatching(/^[!-~]{0,40}$/)),
      'content-type': fc.constantFrom('application/json', 'text/plain', 'x'),
    },
    { requiredKeys: ['authorization', 'augno-version'] },
  );
  const sent = fc.record({
    method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
    path,
    query,
    headers,
    body,
  });

  beforeAll(async () => {
    const body = { dialect: 'augno', document: documentOf(3, 'cv_fuzz') };
    await call('POST', '/v1/conversations', { headers: auth(), body });
  });

  it('the answer is JSON, has its headers, and is no failure of ours', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { minLength: 4, maxLength: 4 }), async (batch) => {
        const answers = await Promise.all(
          batch.map((one) => {
            // Most with the right key: what is behind the door is what is to be shaken.
            const authorization = one.headers.authorization === 'key' ? `Bearer ${key}` : one.headers.authorization;
            const search = new URLSearchParams(one.query).toString();
            return call(one.method, `${one.path}${search && `?${search}`}`, {
              headers: { ...one.headers, authorization },
              ...(one.method !== 'GET' && { body: one.body }),
            });
          }),
        );
        for (const answer of answers) {
          expect(answer.status).toBeLessThan(500);
          // What is no path is the gateway's to refuse.
          if (answer.text === '{"message":"Bad Request"}') continue;
          expectHeaders(answer);
          if (answer.status >= 400) expect(answer.text).toMatch(/^\{"/);
        }
      }),
      { numRuns: 200, interruptAfterTimeLimit: 30_000 },
    );
  });
});

it('Nothing that was sent stands in a log line, and no error that is ours', () => {
  expect(logs.length).toBeGreaterThan(50);
  expect(requests.length).toBeGreaterThan(100);
  expect(logs.filter((line) => /canary|Brandt|"level":"ERROR"|mg_fuzz|exp_sk_/.test(line))).toEqual([]);
});
