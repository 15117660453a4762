import { appendFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { localAws } from '../../infra/local/local-aws.ts';
import { type LocalS3, startS3 } from '../../infra/local/s3.ts';
import { runStageScript } from '../support/run-stage-script.ts';
import { startS3Front } from '../support/s3-front.ts';

const logs = 'expunge-dev-data-filesaccesslogs1-b';
const files = 'expunge-dev-data-filesbucket1-a';
const others = ['expunge-staging-data-filesbucket1-c', 'my-expunge-dev-data-files'] as const;

/**
 * Until the API is gone a request uploads a file; LATE_LOGS times S3 delivers a log while the data are destroyed, which
 * fails, as CloudFormation does, where a bucket is not empty.
 */
const cdk = `
const object = (bucket, key) => process.env.STORE + '/' + bucket + '/' + key;
const put = (bucket, key) => fetch(object(bucket, key), { method: 'PUT', body: 'x' });
const destroyStacks = async () => {
  if (process.env.REFUSED) return 3;
  if (args.includes('Expunge-dev-Api')) await put('${files}', 'late');
  if (!args.includes('Expunge-dev-Data')) return 0;
  const attempts = readFileSync('calls', 'utf8').match(/^destroy Expunge-dev-Data/gm).length;
  if (attempts <= Number(process.env.LATE_LOGS)) await put('${logs}', 'log');
  const lists = await Promise.all(['${files}', '${logs}'].map((bucket) => fetch(object(bucket, '')).then((it) => it.text())));
  return lists.some((list) => list.includes('<Contents>')) ? 4 : 0;
};
destroyStacks().then((code) => process.exit(code));
`;

const destroyFunctions = 'destroy Expunge-dev-Api Expunge-dev-Erasure -c env=dev --force';
const destroyData = 'destroy Expunge-dev-Data --exclusively -c env=dev --force';
const unlogged = [`logging off: ${logs}`, `logging off: ${files}`];
const cleared = (...names: string[]) => [...unlogged, ...names.map((name) => `objects deleted: ${name}`), destroyData];

let dir: string;
let s3: LocalS3;
let front: Awaited<ReturnType<typeof startS3Front>>;
let client: S3Client;
let listings: string[];

/** Among the calls of cdk, what the script does to buckets. */
const note = (method: string, url: string, body: string) => {
  const { pathname, searchParams } = new URL(url, 'http://s3');
  const bucket = pathname.split('/')[1];
  if (method === 'GET' && !bucket)
    listings.push(`${searchParams.get('prefix')} in ${searchParams.get('bucket-region')}`);
  if (searchParams.has('delete')) appendFileSync(join(dir, 'calls'), `objects deleted: ${bucket}\n`);
  if (method === 'PUT' && searchParams.has('logging')) {
    const state = body.includes('LoggingEnabled') ? 'on' : 'off';
    appendFileSync(join(dir, 'calls'), `logging ${state}: ${bucket}\n`);
  }
};

beforeAll(async () => {
  s3 = await startS3();
  front = await startS3Front(s3.endpoint, note);
  client = new S3Client({ endpoint: s3.endpoint, region: localAws.region, credentials: localAws.credentials });
  for (const Bucket of [files, logs, ...others]) await client.send(new CreateBucketCommand({ Bucket }));
});
afterAll(async () => {
  client.destroy();
  await front.stop();
  await s3.stop();
});
beforeEach(async () => {
  listings = [];
  dir = await mkdtemp(join(tmpdir(), 'expunge-destroy-'));
  for (const Bucket of [files, logs, ...others])
    for (const Key of ['k/1', 'k/2', 'k/3']) await client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' }));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const destroy = (args: string[], env: Record<string, string> = {}) =>
  runStageScript(dir, {
    script: 'destroy.ts',
    args,
    cdk,
    env: {
      AWS_REGION: localAws.region,
      AWS_ENDPOINT_URL_S3: front.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      STORE: s3.endpoint,
      ...env,
    },
  });
const counts = (...names: string[]) =>
  Promise.all(names.map(async (Bucket) => (await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount));

describe('npm run destroy', () => {
  it('touches nothing unless somebody says so', async () => {
    const { code, out, errors, calls } = await destroy(['--env', 'dev']);
    expect([code, calls]).toEqual([1, []]);
    for (const name of [files, logs]) expect(out).toContain(name);
    expect(errors).toContain('Nothing was destroyed');
    expect(await counts(files, logs)).toEqual([3, 3]);
  });

  it.each(['prod', 'staging'])('refuses %s, whatever is said', async (stage) => {
    const { code, errors, calls } = await destroy(['--env', stage, '--yes']);
    expect([code, calls]).toEqual([1, []]);
    expect(errors).toBe(`Only dev is destroyed by a script; ${stage} has what people rely on\n`);
    expect(await counts(files, logs, ...others)).toEqual([3, 3, 3, 3]);
  });

  it('takes away what uploads, then the files of dev and no other, then the rest, and says what is left', async () => {
    const { code, out, calls } = await destroy(['--env', 'dev', '--yes']);
    expect([code, calls]).toEqual([0, [destroyFunctions, ...cleared(logs, files)]]);
    expect(await counts(files, logs, ...others)).toEqual([0, 0, 3, 3]);
    expect(out).toContain('keeps a last backup of the conversations for 35 days');
  });

  it('looks for buckets in its own region only', async () => {
    await destroy(['--env', 'dev']);
    expect(listings).toEqual([`expunge-dev-data-files in ${localAws.region}`]);
  });

  it('goes on with logs that are delivered while it runs', async () => {
    const { code, calls } = await destroy(['--env', 'dev', '--yes'], { LATE_LOGS: '2' });
    expect([code, calls]).toEqual([0, [destroyFunctions, ...cleared(logs, files), ...cleared(logs), ...cleared(logs)]]);
  });

  it('gives up after three attempts, says to run it again, and can be', async () => {
    const first = await destroy(['--env', 'dev', '--yes'], { LATE_LOGS: '3' });
    expect([first.code, first.calls.filter((call) => call === destroyData).length]).toEqual([4, 3]);
    expect(first.errors).toContain('Expunge-dev-Data is still there');
    expect(first.errors).toContain('run this again later');
    expect(first.out).not.toContain('last backup');
    expect((await destroy(['--env', 'dev', '--yes'])).code).toBe(0);
  });

  it('leaves the files where the functions could not be destroyed', async () => {
    const { code, calls } = await destroy(['--env', 'dev', '--yes'], { REFUSED: 'yes' });
    expect([code, calls]).toEqual([3, [destroyFunctions]]);
    expect(await counts(files, logs)).toEqual([3, 3]);
  });
});
