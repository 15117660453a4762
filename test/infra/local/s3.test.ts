import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, describe, expect, it } from 'vitest';
import { localAws } from '../../../infra/local/local-aws.ts';
import { type LocalS3, startS3 } from '../../../infra/local/s3.ts';

const Bucket = 'some-bucket';

describe('S3 on this machine', () => {
  const started: LocalS3[] = [];
  const start = async (dir?: string) => {
    const s3 = await startS3(dir);
    started.push(s3);
    return { s3, client: new S3Client({ ...localAws, endpoint: s3.endpoint }) };
  };
  afterEach(() => Promise.all(started.splice(0).map((s3) => s3.stop())));

  it('can be reached from this machine only', async () => {
    const { s3 } = await start();
    const { hostname, port } = new URL(s3.endpoint);
    expect(hostname).toBe('127.0.0.1');
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal }) => !internal);
    for (const { address } of others) {
      const socket = connect({ host: address, port: Number(port) });
      await expect(once(socket, 'connect')).rejects.toThrow('ECONNREFUSED');
    }
  });

  it('takes the tag of a copy, shows it, and takes it off without touching the object', async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: 'a/1', Body: 'one', ContentType: 'text/plain' }));
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'b/1',
        CopySource: `${Bucket}/a/1`,
        TaggingDirective: 'REPLACE',
        Tagging: 'state=new',
      }),
    );
    const tagsOf = async (Key: string) => (await client.send(new GetObjectTaggingCommand({ Bucket, Key }))).TagSet;
    expect(await tagsOf('a/1')).toEqual([]);
    expect(await tagsOf('b/1')).toEqual([{ Key: 'state', Value: 'new' }]);

    await client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'b/1' }));

    expect(await tagsOf('b/1')).toEqual([]);
    const copy = await client.send(new GetObjectCommand({ Bucket, Key: 'b/1' }));
    expect([copy.ContentType, await copy.Body?.transformToString()]).toEqual(['text/plain', 'one']);
  });

  it('knows no tags of what is not there, and refuses what it has no rule for', async () => {
    const { client } = await start();
    await client.send(new CreateBucketCommand({ Bucket }));
    await expect(client.send(new DeleteObjectTaggingCommand({ Bucket, Key: 'gone' }))).rejects.toThrow(
      'does not exist',
    );
    await client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'one' }));
    const retag = new PutObjectTaggingCommand({ Bucket, Key: 'a', Tagging: { TagSet: [] } });
    await expect(client.send(retag)).rejects.toMatchObject({ name: 'NotImplemented' });
    expect((await client.send(new HeadObjectCommand({ Bucket, Key: 'a' }))).ContentLength).toBe(3);
  });

  it('keeps objects in a folder from one run to the next', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'expunge-s3-'));
    try {
      const first = await start(dir);
      await first.client.send(new CreateBucketCommand({ Bucket }));
      await first.client.send(new PutObjectCommand({ Bucket, Key: 'a/1', Body: 'one' }));
      await first.s3.stop();
      const { client } = await start(dir);
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: 'a/1' }));
      expect(await Body?.transformToString()).toBe('one');
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
