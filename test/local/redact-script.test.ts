import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { documentOf } from '../support/augno-documents.ts';
import { send, tablesOf } from '../support/cloud-client.ts';
import { type Asked, playApi, type Reply, runRedact } from '../support/redact-command.ts';
import { completed, pageOf, redactionOf } from '../support/redaction-answers.ts';

const playedKey = 'exp_sk_played-played-played-played-pl';
let cwd: string;

const describeCloud = (url: string, apiKey: string) =>
  writeFile(join(cwd, '.local/cloud.json'), JSON.stringify({ url, apiKey }));

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'expunge-redact-'));
  await mkdir(join(cwd, '.local'));
});

afterAll(async () => {
  await rm(cwd, { recursive: true });
});

describe('npm run redact, against the local cloud', () => {
  let cloud: Cloud;
  let tables: ReturnType<typeof tablesOf>;
  let key: string;

  beforeAll(async () => {
    cloud = await startCloud({ assemblyDir: await synthesize({}), schedules: false });
    tables = tablesOf(cloud);
    key = await tables.keyOf('tenant-script');
  });

  afterAll(async () => {
    tables.close();
    await cloud.stop();
  });

  beforeEach(() => describeCloud(cloud.url, key));

  const call = (method: string, path: string, body?: unknown) =>
    send(cloud.url, method, `/v1/conversations${path}`, { headers: { authorization: `Bearer ${key}` }, body });

  const imported = async (count: number) => {
    const document = documentOf(count);
    expect((await call('POST', '', { dialect: 'augno', document })).status).toBe(201);
    return `augno:${document.conversation.id}`;
  };

  const expectErased = async (conversation: string, reason: string | null) => {
    const { parts, document } = (await call('GET', `/${conversation}`)).body;
    expect(JSON.stringify([parts, document])).not.toContain('canary');
    const { data } = (await call('GET', `/${conversation}/redactions`)).body;
    expect(data).toMatchObject([{ state: 'completed', scope: 'conversation', verified: true, reason }]);
  };

  it('redacts a small conversation at once', async () => {
    const conversation = await imported(3);
    const { code, out, errors } = await runRedact([conversation, '--yes', '--reason', 'GDPR-17'], { cwd });
    expect(out).toEqual([
      conversation,
      '  parts          3',
      '  last activity  2026-11-02T09:00:03.000Z',
      '  legal hold     none',
      'This destroys for good everything in it',
      expect.stringMatching(
        /^Redaction [0-9a-f]{32} is completed: 3 parts, in (less than a second|\d+ s), verified: yes$/,
      ),
    ]);
    expect([code, errors]).toEqual([0, []]);
    await expectErased(conversation, 'GDPR-17');
  });

  it('watches a large one to its end, a line a change in a pipe', async () => {
    const conversation = await imported(1_200);
    const { code, out, errors } = await runRedact([conversation, '--yes', '--watch'], { cwd });
    expect(out[1]).toBe('  parts          up to 1,200');
    expect(out[5]).toMatch(/^(erasing: 0 of 1,200 parts, 0|counting what is left: 1,200 parts, 1) of 1 chunk$/);
    expect(out.slice(-2)).toEqual([
      'completed: 1,200 parts, 1 of 1 chunk',
      expect.stringMatching(/^Redaction [0-9a-f]{32} is completed: 1,200 parts, in .+, verified: yes$/),
    ]);
    expect([code, errors]).toEqual([0, []]);
    await expectErased(conversation, null);
  });

  it('says without --watch how to watch it, in a command that works as it is pasted', async () => {
    const conversation = await imported(1_200);
    const { code, out } = await runRedact([conversation, '--yes'], { cwd });
    const [, id] = /^Redaction ([0-9a-f]{32}) is (?:erasing|counting what is left): .*1,200 parts, . of 1 chunk$/.exec(
      out[5]!,
    )!;
    expect(out.slice(6)).toEqual(['To watch it:', `  npm run redact -- ${conversation} --redaction ${id}`]);
    expect(code).toBe(0);

    const pasted = await runRedact(out[7]!.trim().split(' ').slice(4), { cwd });
    expect(pasted.out.at(-1)).toMatch(new RegExp(`^Redaction ${id} is completed: 1,200 parts, .*verified: yes$`));
    await expectErased(conversation, null);
  });

  it('takes the key of a deployed stage from the environment', async () => {
    const conversation = await imported(3);
    const env = { EXPUNGE_API_KEY: key };
    await describeCloud('http://127.0.0.1:1', 'another');
    const named = await runRedact([conversation, '--yes', '--url', `${cloud.url}/`], { cwd, env });
    expect([named.code, named.out.join()]).toEqual([0, expect.stringContaining('is completed: 3 parts')]);
    const byEnvironment = await runRedact([conversation, '--yes'], { cwd, env: { ...env, EXPUNGE_URL: cloud.url } });
    expect([byEnvironment.code, byEnvironment.out.join()]).toEqual([0, expect.stringContaining('is completed')]);
  });

  it('has the words of the API for what it refuses, and never the key', async () => {
    const conversation = await imported(3);
    const refused = async (args: string[], apiKey = key, shown = 0) => {
      await describeCloud(cloud.url, apiKey);
      const { code, out, errors } = await runRedact([...args, '--yes'], { cwd });
      // Five lines that say what would go, if it comes that far.
      expect([code, out.length]).toEqual([1, shown]);
      expect(errors).toHaveLength(1);
      expect(errors[0]).not.toContain(apiKey);
      return errors[0];
    };
    expect(await refused(['augno:cv_none'])).toBe('There is no conversation augno:cv_none for this key');
    expect(await refused([conversation, '--redaction', 'f'.repeat(32)])).toMatch(
      /^There is no such redaction \(404, redaction_not_found, request [0-9a-f-]{36}\)$/,
    );
    expect(await refused([conversation, '--reason', 'she asked for it'], key, 5)).toContain(
      'no free text (400, invalid_request',
    );
    expect(await refused([conversation], `exp_sk_${'x'.repeat(32)}`)).toContain('(401, unauthenticated');
    expect(await refused([conversation], await tables.keyOf('tenant-script', ['messaging:read']), 5)).toContain(
      '(403, insufficient_permissions',
    );
    await call('PUT', `/${conversation}/legal-hold`, { held: true });
    expect(await refused([conversation, '--watch'], key, 5)).toMatch(
      /^The conversation is under legal hold: nothing was changed \(409, legal_hold, /,
    );
  });
});

describe('npm run redact, with an API that has its bad days', () => {
  let api: Awaited<ReturnType<typeof playApi>> | undefined;

  afterEach(async () => {
    await api?.stop();
    api = undefined;
  });

  const play = async (reply: (asked: Asked) => Reply | 'lost') => {
    api = await playApi(reply);
    await describeCloud(api.url, playedKey);
    return api;
  };

  const nothingOpen = { body: { data: [], nextCursor: null } };
  const isPage = ({ path }: Asked) => path.endsWith('?limit=100&cursor=0');
  const isList = ({ path }: Asked) => /\/redactions\?/.test(path);
  const watched = ['augno:cv_1', '--redaction', completed.id];
  const summary = `Redaction ${completed.id} is completed: 10,000 parts, in 3 min 20 s, verified: yes`;

  /** What each look at the redaction answers; the last is repeated. */
  const looks = (...replies: (Reply | 'lost')[]) => play(() => (replies.length > 1 ? replies.shift() : replies[0])!);

  it('takes up the redaction that is under way, on whichever page it is', async () => {
    const open = redactionOf({ reason: 'T-1' });
    const other = redactionOf({ id: 'a'.repeat(32), state: 'completed' });
    const { asked } = await play((request) => {
      if (!isList(request)) return { body: completed };
      return request.path.includes('cursor=')
        ? { body: { data: [open], nextCursor: null } }
        : { body: { data: [other], nextCursor: other.id } };
    });
    const { code, out, errors } = await runRedact(['augno:cv_1', '--watch', '--reason', 'T-2'], { cwd });
    expect(out).toEqual([
      `Redaction ${open.id} of 2026-11-02T09:00:00.000Z is still under way, and is taken up`,
      'erasing: ~5,000 of 10,000 parts, 2 of 4 chunks',
      'completed: 10,000 parts, 4 of 4 chunks',
      summary,
    ]);
    expect([code, errors]).toEqual([0, ['--reason is not recorded: its reason is T-1']]);
    expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/conversations/augno%3Acv_1/redactions?limit=100',
      `GET /v1/conversations/augno%3Acv_1/redactions?limit=100&cursor=${other.id}`,
      `GET /v1/conversations/augno%3Acv_1/redactions/${open.id}`,
    ]);
  });

  it('shows a hold, and waits for its end', async () => {
    const halted = { body: redactionOf({ state: 'halted' }) };
    await looks({ body: redactionOf() }, halted, halted, { body: redactionOf() }, { body: completed });
    const { code, out } = await runRedact(watched, { cwd });
    expect(out).toEqual([
      'erasing: ~5,000 of 10,000 parts, 2 of 4 chunks',
      'halted by a legal hold: ~5,000 of 10,000 parts, 2 of 4 chunks, goes on when the hold is released',
      'erasing: ~5,000 of 10,000 parts, 2 of 4 chunks',
      'completed: 10,000 parts, 4 of 4 chunks',
      summary,
    ]);
    expect(code).toBe(0);
  });

  it('fails with one that is refused', async () => {
    await looks({ body: redactionOf() }, { body: redactionOf({ state: 'refused' }) });
    const { code, errors } = await runRedact(watched, { cwd });
    expect([code, errors]).toEqual([1, [`Redaction ${completed.id} is refused: it erased nothing`]]);
  });

  it('asks again with the same key when the connection is lost', async () => {
    let posts = 0;
    const { asked, url } = await play((request) => {
      if (isList(request)) return nothingOpen;
      if (isPage(request)) return { body: pageOf() };
      posts += 1;
      if (posts === 1) return 'lost';
      if (posts > 2) return { body: completed };
      return {
        status: 409,
        body: { error: { code: 'idempotency_in_progress', message: 'Still running', requestId: 'r-1' } },
      };
    });
    const { code, out, errors } = await runRedact(['augno:cv_1', '--yes', '--reason', 'T-1'], { cwd });
    expect([code, out.slice(5)]).toEqual([0, [summary]]);
    expect(errors).toEqual([
      expect.stringMatching(new RegExp(`^No answer from ${url}: \\w+; asks again in 1 s$`)),
      'Still running (409, idempotency_in_progress, request r-1); asks again in 2 s',
    ]);
    const sent = asked.filter(({ method }) => method === 'POST');
    expect(sent.map(({ path }) => path)).toEqual(Array(3).fill('/v1/conversations/augno%3Acv_1/actions/redact'));
    expect(sent.map(({ body }) => body)).toEqual(Array(3).fill('{"scope":"conversation","reason":"T-1"}'));
    expect(new Set(sent.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    expect(sent[0]!.headers).toMatchObject({
      authorization: `Bearer ${playedKey}`,
      'idempotency-key': expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it('watches on through lost connections, throttling and failures', async () => {
    const throttled = { status: 429, headers: { 'retry-after': '0' }, body: { message: 'Too Many Requests' } };
    const broken = { status: 502, body: '<html>' };
    await looks({ body: redactionOf() }, 'lost', throttled, broken, { body: completed });
    const { code, out, errors } = await runRedact(watched, { cwd });
    expect([code, out.at(-1)]).toEqual([0, summary]);
    expect(errors).toEqual([
      expect.stringMatching(/^No answer from .*; asks again in 1 s$/),
      'Too Many Requests (429); asks again in 0 s',
      'The service gives no reason (502); asks again in 4 s',
    ]);
  });

  it('leaves by Ctrl-C, says that it goes on, and how to come back', async () => {
    const { url } = await looks({ body: redactionOf() });
    const env = { EXPUNGE_API_KEY: playedKey };
    const { code, out, errors } = await runRedact([...watched, '--url', url], { cwd, env, interruptAt: 'erasing' });
    expect(out).toEqual([
      'erasing: ~5,000 of 10,000 parts, 2 of 4 chunks',
      `Redaction ${completed.id} goes on without you. To take it up again:`,
      `  npm run redact -- augno:cv_1 --redaction ${completed.id} --url ${url}`,
    ]);
    expect([code, errors]).toEqual([130, []]);
  });

  it('gives up before anything is asked for when nobody answers', async () => {
    const { url, stop } = await playApi(() => 'lost');
    await stop();
    await describeCloud(url, playedKey);
    const { code, out, errors } = await runRedact(['augno:cv_1', '--watch'], { cwd });
    expect([code, out]).toEqual([1, []]);
    const reason = `No answer from ${url}: ECONNREFUSED`;
    expect(errors).toEqual([...[1, 2, 4].map((seconds) => `${reason}; asks again in ${seconds} s`), reason]);
  });

  it('says that it does not know whether it was accepted, if no answer came', async () => {
    const unavailable = { error: { code: 'unavailable', message: 'The table is busy', requestId: 'r-1' } };
    await play((request) => {
      if (isList(request)) return nothingOpen;
      if (isPage(request)) return { body: pageOf() };
      return { status: 503, headers: { 'retry-after': '0' }, body: unavailable };
    });
    const { code, errors } = await runRedact(['augno:cv_1', '--yes'], { cwd });
    expect(code).toBe(1);
    expect(errors.slice(-2)).toEqual([
      'It is not known whether the redaction was accepted: run this again, which takes it up if it was',
      'The table is busy (503, unavailable, request r-1)',
    ]);
  });

  it('knows that another server is not the API', async () => {
    const { url } = await play(() => ({ body: '<html>Welcome</html>' }));
    const { code, errors } = await runRedact(['augno:cv_1'], { cwd });
    expect([code, errors]).toEqual([1, [`What answers at ${url} is not Expunge's API`]]);
  });
});

describe('npm run redact, before it asks', () => {
  it.each([
    ['no local run', [], {}, /^There is no local run: npm start, or name a deployed stage with --url$/],
    ['no key', ['--url', 'https://api.example.com'], {}, /^EXPUNGE_API_KEY must hold the API key for --url$/],
    [
      'a key that no header can hold',
      ['--url', 'https://api.example.com'],
      { EXPUNGE_API_KEY: 'se\ncret' },
      /^EXPUNGE_API_KEY must hold/,
    ],
    ['a URL that is none', ['--url', 'api.example.com'], {}, /must be the URL of the API/],
    ['a URL without TLS', [], { EXPUNGE_URL: 'http://api.example.com' }, /must be https/],
    ['a URL with credentials', ['--url', 'https://me:secret@api.example.com'], {}, /hold no credentials/],
    ['parts for one that was asked for', ['--redaction', 'f'.repeat(32), '--part', 'mg_1'], {}, /cannot be used with/],
    [
      'a reason for one that was asked for',
      ['--redaction', 'f'.repeat(32), '--reason', 'T-1'],
      {},
      /cannot be used with/,
    ],
  ])('refuses %s', async (_, args, env, message) => {
    const nowhere = await mkdtemp(join(tmpdir(), 'expunge-redact-'));
    const { code, out, errors } = await runRedact(['augno:cv_1', ...args], { cwd: nowhere, env });
    await rm(nowhere, { recursive: true });
    expect([code, out]).toEqual([1, []]);
    expect(errors).toEqual([expect.stringMatching(message)]);
  });
});
