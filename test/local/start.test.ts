import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { synthesize } from '../../infra/local/synthesize.ts';
import { permissions } from '../../shared/tenants/api-key-store.ts';
import { send } from '../support/cloud-client.ts';

const root = join(import.meta.dirname, '../..');
const cloudFile = join(root, '.local/cloud.json');
const run = promisify(execFile);

interface Started {
  output: () => string;
  cloud: Record<string, string>;
  stop: () => Promise<{ code: number | null; milliseconds: number }>;
}

const children: ChildProcess[] = [];

const script = [process.execPath, 'scripts/start.ts'];

/** Runs the command on a free port, in a process group of its own, which Ctrl-C in a terminal interrupts as a whole. */
const start = async ([command = '', ...given] = script): Promise<Started> => {
  const child = spawn(command, given, {
    cwd: root,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  children.push(child);
  let text = '';
  const up = Promise.withResolvers<void>();
  for (const output of [child.stdout, child.stderr]) {
    output.on('data', (chunk) => {
      text += String(chunk);
      if (text.includes('Ctrl-C stops it.')) up.resolve();
    });
  }
  const exited = once(child, 'exit');
  const ended = exited.then(() => Promise.reject(new Error(`It ended before it was up: ${text}`)));
  await Promise.race([up.promise, ended]);
  return {
    output: () => text,
    cloud: JSON.parse(await readFile(cloudFile, 'utf8')),
    stop: async () => {
      const startedAt = Date.now();
      process.kill(-child.pid!, 'SIGINT');
      const [code] = (await exited) as [number | null];
      return { code, milliseconds: Date.now() - startedAt };
    },
  };
};

const keys = async (...given: string[]) => {
  const { stdout } = await run(process.execPath, ['scripts/keys.ts', ...given], { cwd: root });
  return stdout;
};

beforeAll(async () => {
  await synthesize({});
});

afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const exited = once(child, 'exit');
    process.kill(-child.pid!, 'SIGKILL');
    await exited;
  }
});

describe('npm start', () => {
  it('prints its address, a key and three requests that work as they are pasted; Ctrl-C stops it', async () => {
    const { output, cloud, stop } = await start();

    expect(output()).toContain(`Expunge is up on ${cloud.url}`);
    expect(output()).toContain(cloud.apiKey);
    const pasted = output()
      .split('\n')
      .filter((line) => line.trim().startsWith('curl'));
    expect(pasted).toHaveLength(3);
    const answers = [];
    for (const line of pasted) {
      const { stdout } = await run('bash', ['-c', line]);
      answers.push(JSON.parse(stdout));
    }
    const [before, redaction, after] = answers;
    expect(before.data.map((sent: { body: unknown }) => typeof sent.body)).toEqual(['string', 'string', 'string']);
    expect(redaction).toMatchObject({ object: 'conversation', id: 'cv_w35z4ck68yq7', unread: 0 });
    expect(after.data.map((sent: { id: string; body: unknown }) => [sent.id, sent.body])).toEqual(
      before.data.map((sent: { id: string }) => [sent.id, null]),
    );

    const { code, milliseconds } = await stop();
    expect(code).toBe(0);
    expect(milliseconds).toBeLessThan(5_000);
    expect(existsSync(cloudFile)).toBe(false);
    await expect(fetch(cloud.url!)).rejects.toThrow('fetch failed');
  });

  it('is that script, run by the Node of the lockfile, and ends with it', async () => {
    const { cloud, stop } = await start(['npm', 'start']);
    expect((await fetch(cloud.url!)).status).toBe(404);
    // npm itself ends by the signal; what matters is that nothing is left behind.
    expect((await stop()).milliseconds).toBeLessThan(5_000);
    await expect.poll(() => existsSync(cloudFile)).toBe(false);
    await expect(fetch(cloud.url!)).rejects.toThrow('fetch failed');
  });

  it('says for tools where everything is, readable by its owner alone', async () => {
    const { cloud, stop } = await start();
    expect(cloud).toMatchObject({
      url: expect.stringMatching(/^http:\/\/(127\.0\.0\.1|localhost):\d+$/),
      tableName: expect.any(String),
      idempotencyTableName: expect.any(String),
      bucketName: expect.any(String),
      s3Endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      dynamodbEndpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: 'eu-west-1',
      apiKey: expect.stringMatching(/^exp_sk_/),
      tenant: 'example',
    });
    expect(((await stat(cloudFile)).mode & 0o777).toString(8)).toBe('600');
    // Its key may do everything.
    const headers = { authorization: `Bearer ${cloud.apiKey}` };
    const body = { scope: 'conversation' };
    const path = '/v1/conversations/augno:cv_8m2q0vj4x9ta';
    const { url } = cloud as { url: string };
    expect((await send(url, 'GET', path, { headers })).body.parts.length).toBeGreaterThan(5);
    expect((await send(url, 'PUT', `${path}/legal-hold`, { headers, body: { held: false } })).status).toBe(200);
    expect((await send(url, 'POST', `${path}/parts`, { headers, body: { parts: [{ id: 'mg_1' }] } })).status).toBe(200);
    expect((await send(url, 'POST', `${path}/actions/redact`, { headers, body })).status).toBe(200);
    await stop();
  });

  it('makes, lists and revokes keys', async () => {
    const { cloud, stop } = await start();
    const { url } = cloud as { url: string };
    const made = await keys('create', '--tenant', 'acme', '--permissions', 'messaging:read,messaging:create');
    const [, keyId, key] = /^(key_[0-9a-f]{12}) {2}(exp_sk_[\w-]{32})$/m.exec(made)!;
    const read = () =>
      send(url, 'GET', '/v1/conversations/augno:cv_w35z4ck68yq7', { headers: { authorization: `Bearer ${key}` } });
    // Another tenant's conversation: the key is known, the conversation is not.
    expect((await read()).status).toBe(404);

    const listed = await keys('list', '--tenant', 'acme');
    expect(listed).toMatch(new RegExp(`^${keyId}  \\d{4}-.*Z  messaging:read,messaging:create$`, 'm'));
    expect(listed).not.toContain(key);

    expect(await keys('revoke', keyId!, '--tenant', 'acme')).toBe(`${keyId} is revoked\n`);
    expect((await read()).status).toBe(401);
    expect(await keys('list', '--tenant', 'acme')).toBe('');
    await expect(keys('revoke', keyId!, '--tenant', 'acme')).rejects.toThrow(`The tenant acme has no key ${keyId}`);
    await stop();
  });

  it.each([
    ['no tenant', ['create', '--permissions', 'messaging:read'], /--tenant/],
    [
      'a tenant with the mark of our keys',
      ['create', '--tenant', 'a#b', '--permissions', 'messaging:read'],
      /lower-case letters/,
    ],
    [
      'an unknown permission',
      ['create', '--tenant', 'acme', '--permissions', 'messaging:all'],
      new RegExp(permissions.join('.*')),
    ],
    ['no permission', ['create', '--tenant', 'acme', '--permissions', ''], new RegExp(permissions.join('.*'))],
    ['an unknown command', ['remove'], /unknown command/],
  ])('makes no key for %s, and says why', async (_, given, message) => {
    await expect(keys(...given)).rejects.toThrow(message);
  });

  it('keeps a conversation over a restart where --data names a folder', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'expunge-data-'));
    const path = '/v1/conversations/augno:cv_w35z4ck68yq7';

    const first = await start([...script, '--data', dir]);
    const headers = { authorization: `Bearer ${first.cloud.apiKey}` };
    const body = { scope: 'conversation' };
    const redaction = await send(first.cloud.url!, 'POST', `${path}/actions/redact`, { headers, body });
    expect(redaction.body).toMatchObject({ state: 'completed' });
    const before = await send(first.cloud.url!, 'GET', path, { headers });
    expect((await first.stop()).code).toBe(0);

    const second = await start([...script, '--data', dir]);
    // The first key still works, and the examples that are imported again bring nothing back.
    const after = await send(second.cloud.url!, 'GET', path, { headers });
    expect(after.body).toEqual(before.body);
    expect(after.body.parts[0].part.body).toBeNull();
    expect((await second.stop()).code).toBe(0);
    await rm(dir, { recursive: true });
  });

  it('says so when its port is taken, and ends', async () => {
    const { cloud, stop } = await start();
    const taken = run(process.execPath, ['scripts/start.ts'], {
      cwd: root,
      env: { ...process.env, PORT: new URL(cloud.url!).port },
      timeout: 30_000,
    });
    await expect(taken).rejects.toThrow('EADDRINUSE');
    // What it describes is still the one that runs.
    expect(JSON.parse(await readFile(cloudFile, 'utf8'))).toEqual(cloud);
    await stop();
  });
});
