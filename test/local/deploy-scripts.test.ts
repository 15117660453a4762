import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localAws } from '../../infra/local/local-aws.ts';
import { type LocalS3, startS3 } from '../../infra/local/s3.ts';

const scripts = join(import.meta.dirname, '../../scripts');

/** Notes what it is called with, leaves outputs where it is told to, and fails at the command that FAIL_AT names. */
const fakeCdk = `#!${process.execPath}
const { appendFileSync, writeFileSync } = require('node:fs');
const [, , ...args] = process.argv;
appendFileSync('calls', args.join(' ') + '\\n');
if (args[0] === process.env.FAIL_AT) process.exit(3);
const outputs = { Data: { TableName: 'T-1', ExportsOutputRefKey: 'x' }, Api: { ApiUrl: 'https://a.example.com' } };
const at = args.indexOf('--outputs-file');
if (at > 0) writeFileSync(args[at + 1], JSON.stringify(outputs));
`;

let dir: string;
let s3: LocalS3;
let client: S3Client;

beforeAll(async () => {
  s3 = await startS3();
  client = new S3Client({ endpoint: s3.endpoint, region: localAws.region, credentials: localAws.credentials });
});
afterAll(async () => {
  client.destroy();
  await s3.stop();
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'expunge-deploy-'));
  await writeFile(join(dir, 'cdk'), fakeCdk, { mode: 0o755 });
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** Runs a script where `cdk` is the fake one and nobody is at the keyboard. */
const run = async (script: string, args: string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [join(scripts, script), ...args], {
    cwd: dir,
    env: {
      PATH: dir,
      AWS_REGION: localAws.region,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  const calls = await readFile(join(dir, 'calls'), 'utf8').catch(() => '');
  return { code, out, errors, calls: calls.split('\n').filter((line) => line !== '') };
};

const synth = (stage: string) => `synth --quiet -c env=${stage} --output cdk.out/${stage}`;
const diff = (stage: string) => `diff --app cdk.out/${stage}`;
const deploy = (stage: string) =>
  `deploy --app cdk.out/${stage} --all --require-approval never --outputs-file cdk.out/${stage}-outputs.json`;

describe('npm run deploy', () => {
  it.each(['dev', 'staging', 'prod'])(
    'shows what would change in %s, deploys that, and names what came of it',
    async (stage) => {
      const { code, out, calls } = await run('deploy.ts', ['--env', stage, '--yes']);
      expect([code, calls]).toEqual([0, [synth(stage), diff(stage), deploy(stage)]]);
      expect(out).toContain('TableName            T-1\nApiUrl               https://a.example.com\n');
      expect(out).not.toContain('ExportsOutput');
    },
  );

  it('changes nothing unless somebody says so', async () => {
    const { code, errors, calls } = await run('deploy.ts', ['--env', 'prod']);
    expect([code, calls]).toEqual([1, [synth('prod'), diff('prod')]]);
    expect(errors).toBe('There is no terminal to ask in: say --yes\nNothing was deployed\n');
  });

  it.each([
    ['synth', 1],
    ['diff', 2],
    ['deploy', 3],
  ])('ends where %s fails, with its exit code', async (FAIL_AT, calls) => {
    const ended = await run('deploy.ts', ['--env', 'dev', '--yes'], { FAIL_AT });
    expect([ended.code, ended.calls.length]).toEqual([3, calls]);
  });

  it.each([
    ['no stage', [], "required option '--env <stage>' not specified"],
    ['a stage that is none', ['--env', 'qa'], 'Allowed choices are dev, staging, prod'],
  ])('refuses %s', async (_, args, message) => {
    const { code, errors, calls } = await run('deploy.ts', args);
    expect([code, calls]).toEqual([1, []]);
    expect(errors).toContain(message);
  });
});

describe('npm run destroy', () => {
  const fill = async (Bucket: string, objects: number) => {
    await client.send(new CreateBucketCommand({ Bucket }));
    for (let n = 0; n < objects; n++) await client.send(new PutObjectCommand({ Bucket, Key: `k/${n}`, Body: 'x' }));
  };
  const countIn = async (Bucket: string) => (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount;

  const mine = ['expunge-dev-data-filesbucket1-a', 'expunge-dev-data-filesaccesslogs1-b'] as const;
  const others = ['expunge-staging-data-filesbucket1-c', 'my-expunge-dev-data-files'] as const;

  beforeAll(async () => {
    for (const name of [...mine, ...others]) await fill(name, 3);
  });

  it('touches nothing unless somebody says so', async () => {
    const { code, out, errors, calls } = await run('destroy.ts', ['--env', 'dev']);
    expect([code, calls]).toEqual([1, []]);
    for (const name of mine) expect(out).toContain(name);
    expect(errors).toContain('Nothing was destroyed');
    expect(await countIn(mine[0])).toBe(3);
  });

  it.each(['prod', 'staging'])('refuses %s, whatever is said', async (stage) => {
    const { code, errors, calls } = await run('destroy.ts', ['--env', stage, '--yes']);
    expect([code, calls]).toEqual([1, []]);
    expect(errors).toBe(`Only dev is destroyed by a script; ${stage} has what people rely on\n`);
    for (const name of [...mine, ...others]) expect(await countIn(name)).toBe(3);
  });

  it('empties the buckets of dev and no other, takes the stacks away, and says what is left', async () => {
    const { code, out, calls } = await run('destroy.ts', ['--env', 'dev', '--yes']);
    expect([code, calls]).toEqual([0, ['destroy --all -c env=dev --force']]);
    expect(await Promise.all(mine.map(countIn))).toEqual([0, 0]);
    expect(await Promise.all(others.map(countIn))).toEqual([3, 3]);
    expect(out).toContain('keeps a last backup of the conversations for 35 days');
  });
});
