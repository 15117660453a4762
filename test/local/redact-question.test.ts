import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Asked, playApi, runRedact, runRedactInTerminal } from '../support/redact-command.ts';
import { completed, pageOf, redactionOf } from '../support/redaction-answers.ts';

let cwd: string;
let api: Awaited<ReturnType<typeof playApi>>;
let open: ReturnType<typeof redactionOf>[];
let held: boolean;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'expunge-question-'));
  await mkdir(join(cwd, '.local'));
});
afterAll(() => rm(cwd, { recursive: true }));

beforeEach(async () => {
  open = [];
  held = false;
  api = await playApi(({ path, method }) => {
    if (method === 'POST') return { body: completed };
    if (path.includes('/redactions?')) return { body: { data: open, nextCursor: null } };
    return { body: path.includes('/redactions/') ? completed : pageOf({ legalHold: held }) };
  });
  await writeFile(join(cwd, '.local/cloud.json'), JSON.stringify({ url: api.url, apiKey: 'exp_sk_played' }));
});
afterEach(() => api.stop());

const redactions = () => api.asked.filter(({ method }: Asked) => method !== 'GET').map(({ body }) => JSON.parse(body));
const summary = `Redaction ${completed.id} is completed: 10,000 parts, in 3 min 20 s, verified: yes`;
const overview = [
  'augno:cv_1',
  '  parts          2',
  '  last activity  2026-11-02T09:05:00.000Z',
  '  legal hold     none',
];

describe('npm run redact in a terminal', () => {
  const run = (keys: string, ...args: string[]) => runRedactInTerminal(['augno:cv_1', ...args], keys, { cwd });

  it('shows what is there, and redacts once its id is typed', async () => {
    const { code, out } = await run('augno:cv_1\r');
    expect(out.slice(0, 5)).toEqual([...overview, 'This destroys for good everything in it']);
    expect(out[5]).toContain('Type augno:cv_1 to go ahead: ');
    expect([code, out.at(-1), redactions()]).toEqual([0, summary, [{ scope: 'conversation' }]]);
  });

  it('redacts named parts alone', async () => {
    const { code, out } = await run('augno:cv_1\r', '--part', 'mg_1', '--part', 'mg_2', '--reason', 'T-1');
    expect(out[4]).toBe('This destroys for good all that these parts hold: mg_1, mg_2');
    expect([code, redactions()]).toEqual([0, [{ parts: ['mg_1', 'mg_2'], reason: 'T-1' }]]);
  });

  it('shows a hold before it asks', async () => {
    held = true;
    expect((await run('\r')).out).toContain('  legal hold     held: nothing is redacted until it is released');
  });

  it.each([
    ['another id', 'augno:cv_2\r'],
    ['the beginning of it', 'augno:cv_\r'],
    ['yes', 'y\r'],
    ['nothing', '\r'],
    ['Ctrl-C', '\u0003'],
    ['Ctrl-C behind the id', 'augno:cv_1\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('sends nothing if somebody types %s', async (_, keys) => {
    const { code, out } = await run(keys);
    expect([code, redactions()]).toEqual([1, []]);
    expect(out.at(-1)).toMatch(/The id was not typed, so nothing was redacted$/);
  });

  it('does not ask with --yes', async () => {
    const { code, out } = await run('', '--yes');
    expect([code, out]).toEqual([0, [...overview, 'This destroys for good everything in it', summary]]);
    expect(redactions()).toHaveLength(1);
  });
});

describe('npm run redact without a terminal', () => {
  const run = (...args: string[]) => runRedact(['augno:cv_1', ...args], { cwd });

  it.each([
    ['the conversation', []],
    ['named parts', ['--part', 'mg_1']],
    ['a redaction to be watched', ['--watch', '--reason', 'T-1']],
  ])('refuses %s, and sends nothing', async (_, args) => {
    const line = 'There is no terminal to ask in, so nothing was redacted: --yes redacts without a question';
    expect(await run(...args)).toEqual({ code: 1, out: [], errors: [line] });
    expect(redactions()).toEqual([]);
  });

  it('redacts with --yes', async () => {
    const { code, out } = await run('--yes', '--part', 'mg_1');
    expect([code, out[4]]).toEqual([0, 'This destroys for good all that these parts hold: mg_1']);
    expect(redactions()).toEqual([{ parts: ['mg_1'] }]);
  });

  it('takes up one that is under way, and watches one, without a question', async () => {
    open = [redactionOf(), redactionOf({ id: 'b'.repeat(32), scope: 'parts', partIds: ['mg_1'] })];
    expect(await run()).toMatchObject({ code: 0, errors: [] });
    expect((await run('--part', 'mg_1')).out[0]).toContain(`Redaction ${'b'.repeat(32)} of`);
    expect(await run('--redaction', completed.id)).toEqual({ code: 0, out: [summary], errors: [] });
    expect(redactions()).toEqual([]);
  });

  it('asks for another target than the one that is under way', async () => {
    open = [redactionOf({ scope: 'parts', partIds: ['mg_1'] })];
    expect((await run()).code).toBe(1);
    expect((await run('--part', 'mg_2')).code).toBe(1);
    open = [redactionOf()];
    expect((await run('--part', 'mg_1')).code).toBe(1);
    expect(redactions()).toEqual([]);
  });
});
