import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../../infra/local/synthesize.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const invoke = (...args: string[]) =>
  run(process.execPath, ['scripts/invoke.ts', ...args], { cwd: root, timeout: 60_000 });

const resultOf = async (folder: string, event: string): Promise<any> =>
  JSON.parse((await invoke(folder, `test/events/${event}`)).stdout);

/** Every sample event, the function that it is for, and what comes of it. */
const samples: Record<string, { folder: string; result: unknown }> = {
  'augno-list-messages.json': {
    folder: 'augno/list-messages',
    result: { statusCode: 200, body: expect.stringContaining('"id":"mg_w35z4ck60009"') },
  },
  'augno-redact-conversation.json': {
    folder: 'augno/redact-conversation',
    result: { statusCode: 200, headers: expect.objectContaining({ 'redaction-state': 'completed' }) },
  },
  'erasure-erase-chunk.json': { folder: 'erasure/erase-chunk', result: 'erased' },
  'erasure-plan.json': { folder: 'erasure/plan', result: { next: 'end' } },
  'erasure-resume.json': { folder: 'erasure/resume', result: { resumed: 0 } },
  'erasure-settle.json': { folder: 'erasure/settle', result: { state: 'completed' } },
};

describe('npm run invoke', () => {
  let dir: string;

  const fileOf = async (content: string) => {
    const file = join(dir, 'event.json');
    await writeFile(file, content);
    return file;
  };

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'expunge-invoke-'));
    await synthesize();
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  it('has an event for each kind of function, of which every one is tried out here', () => {
    expect(readdirSync(join(root, 'test/events')).toSorted()).toEqual(Object.keys(samples));
  });

  it.each(Object.entries(samples))('gives what comes of %s', async (event, { folder, result }) => {
    const found = await resultOf(folder, event);
    if (typeof result === 'string') expect(found).toBe(result);
    else expect(found).toMatchObject(result as object);
  });

  it('takes the key that the event has', async () => {
    const event = { version: '2.0', headers: { authorization: 'Bearer none' }, requestContext: { requestId: 'r' } };
    const { stdout, stderr } = await invoke('expunge/get-conversation', await fileOf(JSON.stringify(event)));
    expect(JSON.parse(stdout)).toMatchObject({ statusCode: 401 });
    // Its log stands beside the result and not in it, without what came before.
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line).message),
    ).toEqual(['request refused']);
  });

  it('fails as the function does', async () => {
    await expect(invoke('erasure/plan', await fileOf('{}'))).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining("ZodError: The function's log has it"),
    });
  });

  it.each([
    [
      'a function that there is not',
      ['erasure/none', 'test/events/erasure-plan.json'],
      /There is no function erasure\/none[^]*\n {2}erasure\/plan\n/,
    ],
    [
      'a file that there is not',
      ['erasure/plan', 'none.json'],
      /There is no file none\.json[^]*\n {2}test\/events\/erasure-plan\.json/,
    ],
    ['no event', ['erasure/plan'], /missing required argument 'event'/],
  ])('refuses %s, and names those that there are', async (_, args, message) => {
    await expect(invoke(...args)).rejects.toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });

  it('refuses a file that is not JSON', async () => {
    const file = await fileOf('{');
    await expect(invoke('erasure/plan', file)).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`${file} is not JSON`),
    });
  });
});
