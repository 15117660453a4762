import { PutObjectCommand } from '@aws-sdk/client-s3';
import pMap from 'p-map';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { resumeOpen } from '../../../functions/erasure/resume/resume-open.ts';
import { attachments } from '../../../functions/files.ts';
import { index } from '../../../functions/stores.ts';
import { writerLives } from '../../../shared/attachments/attachment-index.ts';
import { referenceTo } from '../../../shared/attachments/references.ts';
import { requireEnv } from '../../../shared/env.ts';
import { ContentRemains, LegalHold, Unavailable } from '../../../shared/errors.ts';
import { eraseChunk } from '../../../shared/redactions/erase-chunk.ts';
import { planRound } from '../../../shared/redactions/plan.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import { settleRedaction } from '../../../shared/redactions/settle.ts';
import { s3 } from '../../../shared/s3.ts';
import { bucketOf, objectKey } from '../../../shared/table.ts';
import { everyKey, filesOf, newAttachmentId, stage } from '../../support/attachments.ts';
import { type Attempt, killAfter, withFaults } from '../../support/faults.ts';
import { holdingBack } from '../../support/late-copies.ts';
import {
  append,
  caller,
  clock,
  conversationOf,
  readAll,
  readEntry,
  redactAll,
  requestKey,
  splitPart,
  stores,
  tenantId,
} from '../../support/redactions.ts';
import { countOf, s3Calls, type S3Interference } from '../../support/s3-calls.ts';

const Bucket = requireEnv('BUCKET_NAME');
const { guards } = stores;
const resume = () => resumeOpen(stores)(() => 300_000);
const entriesOf = async (id: string) => (await stores.ledger.list(tenantId, id, { limit: 10 })).redactions;
const killed = () => Promise.reject(new Error('killed'));

const partWith = (id: string, ids: string[]) => splitPart(id, { content: { files: ids.map(referenceTo) } });
/** A conversation of that many parts with a file each. */
const conversationWith = async (count: number) => {
  const id = await conversationOf(0);
  const ids = await Promise.all(Array.from({ length: count }, () => stage(tenantId)));
  await append(
    id,
    ids.map((attachmentId, n) => partWith(`${id.slice(6)}_${n}`, [attachmentId])),
  );
  return { id, ids };
};
const put = (Key: string) => s3.send(new PutObjectCommand({ Bucket, Key, Body: 'canary file' }));
const partId = (id: string, n: number) => `${id.slice(6)}_${n}`;
const redactParts = (id: string, ...ns: number[]) =>
  redact(stores)(
    { caller, conversationId: id, scope: { kind: 'parts', partIds: ns.map((n) => partId(id, n)) }, sequences: ns },
    undefined,
  );

beforeEach(() => {
  clock.at += 60 * 60_000;
});

describe('a redaction of what has files', () => {
  it.each(['conversation', 'messages'] as const)('of all (%s) leaves none, and completes', async (kind) => {
    const { id } = await conversationWith(3);
    expect(await filesOf(tenantId, id)).toHaveLength(3);
    expect(await redactAll(id, { kind })).toMatchObject({ state: 'completed' });
    expect(await filesOf(tenantId, id)).toEqual([]);
  });

  it('of one part leaves those of every other, near and far', async () => {
    const { id, ids } = await conversationWith(12);
    await redactParts(id, 1);
    const left = ids.flatMap((file, n) => (n === 1 ? [] : objectKey.file(tenantId, id, n, file)));
    expect(await filesOf(tenantId, id)).toEqual(left);
    await redactParts(id, 0, 11);
    expect(await filesOf(tenantId, id)).toEqual(left.slice(1, -1));
  });

  it.each(['conversation', 'part'])('of a %s takes a file too that the table does not know of', async (scope) => {
    const { id, ids } = await conversationWith(2);
    await put(objectKey.file(tenantId, id, 1, newAttachmentId()));
    await (scope === 'part' ? redactParts(id, 1) : redactAll(id));
    expect(await filesOf(tenantId, id)).toEqual(scope === 'part' ? [objectKey.file(tenantId, id, 0, ids[0]!)] : []);
  });

  it('of one conversation leaves those of others, and of a tenant with the same conversation', async () => {
    const [one, other] = [await conversationWith(1), await conversationWith(1)];
    const theirs = objectKey.file('tenant-other', one.id, 0, newAttachmentId());
    await put(theirs);
    await redactAll(one.id);
    expect(await filesOf(tenantId, other.id)).toHaveLength(1);
    expect(await everyKey(theirs)).toEqual([theirs]);
  });

  it('leaves what is appended after it, and lists no further than it reaches', async () => {
    const { id } = await conversationWith(2);
    const later = await stage(tenantId);
    await redactAll(id);
    await append(id, [partWith(`${id}-later`.slice(6), [later])]);
    await redactParts(id, 0);
    expect(await filesOf(tenantId, id)).toEqual([objectKey.file(tenantId, id, 2, later)]);
  });

  it('deletes objects first: killed between them and the cells, it is finished by the resuming function', async () => {
    const { id } = await conversationWith(3);
    await s3Calls(
      () => expect(redactAll(id)).rejects.toThrow('killed'),
      ({ command }) => (command === 'DeleteObjects' ? { after: killed } : undefined),
    );
    expect(await filesOf(tenantId, id)).toEqual([]);
    expect((await readAll(id)).every(({ content }) => content === undefined)).toBe(true);
    clock.at += 2 * 60_000;
    expect(await resume()).toEqual({ resumed: 1 });
    expect((await stores.ledger.list(tenantId, id, { limit: 9 })).redactions).toMatchObject([{ state: 'completed' }]);
  });

  it.each([
    ['before a file is deleted', 'DeleteObjects', 'before'],
    ['before the bucket is listed', 'ListObjectsV2', 'before'],
    ['after the bucket was listed', 'ListObjectsV2', 'after'],
  ])('that is killed %s is taken up by a retry with the same key', async (_, command, when) => {
    const { id } = await conversationWith(2);
    const key = requestKey();
    await s3Calls(
      () => expect(redactAll(id, {}, key)).rejects.toThrow('killed'),
      (call) => (call.command === command ? (when === 'before' ? { before: killed } : { after: killed }) : undefined),
    );
    expect(await redactAll(id, {}, key)).toMatchObject({ state: 'completed' });
    expect(await filesOf(tenantId, id)).toEqual([]);
  });

  it('tries the keys again that S3 could not delete, and only those', async () => {
    const { id, ids } = await conversationWith(3);
    const failing = objectKey.file(tenantId, id, 1, ids[1]!);
    let answers = 0;
    const calls = await s3Calls(
      async () => expect(await redactAll(id)).toMatchObject({ state: 'completed' }),
      ({ command }) =>
        command === 'DeleteObjects' && answers++ < 2
          ? { output: (output) => (output.Errors = [{ Key: failing, Code: 'InternalError' }]) }
          : undefined,
    );
    const deleted = calls.flatMap(({ command, input }) =>
      command === 'DeleteObjects' ? [input.Delete.Objects.map(({ Key }: { Key: string }) => Key)] : [],
    );
    expect(deleted).toEqual([ids.map((file, n) => objectKey.file(tenantId, id, n, file)), [failing], [failing]]);
  });

  it('stays open where a key can not be deleted at all, and no reader sees anything', { timeout: 60_000 }, async () => {
    const { id, ids } = await conversationWith(1);
    const failing = { Key: objectKey.file(tenantId, id, 0, ids[0]!), Code: 'InternalError' };
    await s3Calls(
      () => expect(redactAll(id)).rejects.toThrow(Unavailable),
      ({ command }) => (command === 'DeleteObjects' ? { output: (output) => (output.Errors = [failing]) } : undefined),
    );
    const { redactions } = await stores.ledger.list(tenantId, id, { limit: 9 });
    expect(redactions).toMatchObject([{ state: 'erasing' }]);
    expect((await readAll(id)).every(({ content }) => content === undefined)).toBe(true);
  });

  it('is not called completed while the bucket shows a file, however often that is deleted', async () => {
    const { id } = await conversationWith(1);
    const again = objectKey.file(tenantId, id, 0, newAttachmentId());
    await s3Calls(
      () => expect(redactAll(id)).rejects.toThrow(ContentRemains),
      ({ command }) => (command === 'ListObjectsV2' ? { before: () => put(again) } : undefined),
    );
    const { redactions } = await stores.ledger.list(tenantId, id, { limit: 9 });
    expect(redactions).toMatchObject([{ state: 'erasing' }]);
  });
});

describe('a legal hold', () => {
  it('keeps files: the redaction is refused without a call', async () => {
    const { id } = await conversationWith(2);
    await guards.setLegalHold(tenantId, id, true, clock.at);
    const calls = await s3Calls(async () => {
      await expect(redactAll(id)).rejects.toThrow(LegalHold);
      await expect(redactParts(id, 0)).rejects.toThrow(LegalHold);
    });
    expect(calls).toEqual([]);
    expect(await filesOf(tenantId, id)).toHaveLength(2);
  });

  it('keeps the files of a chunk that it is placed before', async () => {
    const { id } = await conversationWith(2);
    await guards.setLegalHold(tenantId, id, true, clock.at);
    const run = { from: 0, through: 1 };
    const chunk = {
      tenantId,
      conversationId: id,
      id: 'r',
      scope: { kind: 'conversation' as const },
      run,
      chunkBuckets: 5,
    };
    expect(await eraseChunk(stores)(chunk, 0)).toBe('held');
    expect(await filesOf(tenantId, id)).toHaveLength(2);
  });
});

describe('a late file', () => {
  const late = (id: string, file: string) => append(id, [partWith(`${id.slice(6)}_late`, [file])]);
  const expectGone = async (id: string, file: string) => {
    expect(await filesOf(tenantId, id)).toEqual([]);
    expect(await everyKey(objectKey.staged(tenantId, file))).toEqual([]);
    const parts = await readAll(id);
    expect(parts.map(({ content }) => content)).toEqual(parts.map(() => undefined));
  };

  it.each([
    ['before it is copied', 'CopyObject', 'before'],
    ['between its copy and the look at its cell', 'CopyObject', 'after'],
    ['between that look and the end of its tag', 'DeleteObjectTagging', 'before'],
    ['before its upload is cleared away', 'DeleteObjects', 'before'],
  ])('does not survive a redaction that runs %s', async (_, command, when) => {
    const { id } = await conversationWith(1);
    const file = await stage(tenantId);
    let done = false;
    await s3Calls(
      () => late(id, file),
      (call) => {
        if (done || call.command !== command) return undefined;
        done = true;
        const run = () => redactAll(id);
        return when === 'before' ? { before: run } : { after: run };
      },
    );
    expect(done).toBe(true);
    await expectGone(id, file);
  });

  /** A writer that has reserved its sequence, and puts its cell when it is let go on. */
  const slowWriter = async (id: string, file: string, redaction: (goOn: () => Promise<void>) => Promise<void>) => {
    const sweep = Promise.withResolvers<void>();
    const reserved = Promise.withResolvers<void>();
    const isCell = ({ command: name, input }: Attempt) =>
      name === 'PutItemCommand' && String(input.Item?.sk?.S ?? input.Item?.sk) === 'C#000000001';
    await withFaults(
      (attempt) => (isCell(attempt) ? { before: async () => (reserved.resolve(), sweep.promise) } : undefined),
      async () => {
        const writing = late(id, file);
        await reserved.promise;
        await redaction(async () => {
          sweep.resolve();
          await writing;
        });
        sweep.resolve();
        await writing;
      },
    );
  };

  it('is copied while the sweep runs, just when known files are deleted, and does not survive', async () => {
    const { id } = await conversationWith(1);
    const file = await stage(tenantId);
    let seen = false;
    await slowWriter(id, file, async (goOn) => {
      await s3Calls(
        () => redactAll(id),
        ({ command }) => {
          if (seen || command !== 'DeleteObjects') return undefined;
          seen = true;
          return { after: goOn };
        },
      );
    });
    expect(seen).toBe(true);
    await expectGone(id, file);
  });

  it('is waited for by a redaction that finds its writer at work, which completes when that has ended', async () => {
    const { id } = await conversationWith(1);
    const file = await stage(tenantId);
    await slowWriter(id, file, async (goOn) => {
      expect((await redactAll(id)).state).toBe('erasing');
      clock.at += 2 * 60_000;
      await resume();
      expect((await entriesOf(id))[0]?.state).toBe('erasing');
      await goOn();
    });
    await resume();
    expect((await entriesOf(id))[0]?.state).toBe('completed');
    await expectGone(id, file);
  });

  it.each([
    ['before its copy', 'CopyObject', 'before'],
    ['after its copy', 'CopyObject', 'after'],
    ['before it clears staging', 'DeleteObjects', 'before'],
  ] as const)(
    'whose writer died %s is destroyed, and its upload, once nobody can bring it any more',
    async (_, at, when) => {
      const { id } = await conversationWith(1);
      const file = await stage(tenantId);
      const die: S3Interference = when === 'before' ? { before: killed } : { after: killed };
      await s3Calls(
        () => expect(late(id, file)).rejects.toThrow(),
        ({ command }) => (command === at ? die : undefined),
      );
      expect((await redactAll(id)).state).toBe('erasing');
      vi.useFakeTimers({ toFake: ['Date'] });
      try {
        vi.setSystemTime(Date.now() + writerLives + 1_000);
        clock.at += 2 * 60_000;
        await resume();
      } finally {
        vi.useRealTimers();
      }
      expect((await entriesOf(id))[0]?.state).toBe('completed');
      await expectGone(id, file);
      expect(await everyKey(objectKey.staged(tenantId, file))).toEqual([]);
    },
  );

  it('of a part that a hold keeps masked is kept too', async () => {
    const { id } = await conversationWith(0);
    const file = await stage(tenantId);
    await s3Calls(
      () => expect(late(id, file)).rejects.toThrow(),
      ({ command }) => (command === 'DeleteObjects' ? { before: killed } : undefined),
    );
    const placed = await filesOf(tenantId, id);
    expect(placed).toHaveLength(1);
    await guards.raise(tenantId, id, 'r', 'cleared', clock.at);
    await guards.setLegalHold(tenantId, id, true, clock.at);
    await expect(late(id, file)).rejects.toThrow(LegalHold);
    expect(await filesOf(tenantId, id)).toEqual(placed);
  });

  it('of a writer that died after its copy is found by the list, which is then made again', async () => {
    const { id } = await conversationWith(1);
    const orphan = objectKey.file(tenantId, id, 0, newAttachmentId());
    let lists = 0;
    const calls = await s3Calls(
      async () => expect(await redactAll(id)).toMatchObject({ state: 'completed' }),
      ({ command }) => (command === 'ListObjectsV2' && lists++ === 0 ? { before: () => put(orphan) } : undefined),
    );
    expect(countOf(calls)).toMatchObject({ ListObjectsV2: 2, DeleteObjects: 2 });
    expect(await filesOf(tenantId, id)).toEqual([]);
  });

  it('that another attempt brings to a part which an accepted redaction covers is not placed', async () => {
    const { id } = await conversationWith(0);
    const lateId = `${id.slice(6)}_late`;
    const isId = ({ command, input }: Attempt) =>
      command === 'PutItemCommand' && String(input.Item?.sk?.S ?? input.Item?.sk) === 'ID';
    // Without a file, killed when its id is tied: nothing tells the redaction that there may be files.
    await withFaults(killAfter(isId), () => append(id, [splitPart(lateId)]).catch(() => undefined));
    const file = await stage(tenantId);
    let done = false;
    await withFaults(
      ({ command }) => {
        if (done || command !== 'BatchWriteItemCommand') return undefined;
        done = true;
        return { before: () => late(id, file).then(() => undefined) };
      },
      () => redactAll(id),
    );
    expect(done).toBe(true);
    await expectGone(id, file);
  });

  it('for a part that was redacted by name while another writer brought it does not survive', async () => {
    const { id, ids } = await conversationWith(1);
    const [file] = ids;
    let done = false;
    const slow = partWith(partId(id, 1), [await stage(tenantId)]);
    await s3Calls(
      () => append(id, [slow]),
      ({ command }) => {
        if (done || command !== 'CopyObject') return undefined;
        done = true;
        // The other one brings the whole part, and it is redacted, before the first has copied.
        return { before: () => append(id, [slow]).then(() => redactParts(id, 1)) };
      },
    );
    expect(await filesOf(tenantId, id)).toEqual([objectKey.file(tenantId, id, 0, file!)]);
  });
});

describe('a part that is brought twice', () => {
  const sent = (id: string, files: string[]) => append(id, [partWith(`${id.slice(6)}_twice`, files)]);
  const dieAt = (wanted: string) => (call: { command: string }) =>
    call.command === wanted ? { before: killed } : undefined;

  it('keeps the file that it has: a second writer who dies does not let it expire', async () => {
    const { id } = await conversationWith(0);
    const file = await stage(tenantId);
    let second: Promise<unknown> = Promise.resolve();
    let done = false;
    // The second has looked for the upload; the first ends; then the second copies and dies.
    await s3Calls(
      async () => {
        second = sent(id, [file]).catch(() => undefined);
        await second;
      },
      ({ command }) => {
        if (command === 'DeleteObjectTagging' && done) return { before: killed };
        if (command !== 'CopyObject' || done) return undefined;
        done = true;
        return {
          before: () =>
            sent(id, [file]).then(
              () => undefined,
              () => undefined,
            ),
        };
      },
    );
    expect(await filesOf(tenantId, id)).toHaveLength(1);
  });

  it('gets the files that its cell names, whatever the second request names', async () => {
    const { id } = await conversationWith(0);
    const first = await stage(tenantId);
    await s3Calls(() => expect(sent(id, [first])).rejects.toThrow(), dieAt('CopyObject'));
    const second = await stage(tenantId);
    await sent(id, [second]);
    expect(await filesOf(tenantId, id)).toEqual([objectKey.file(tenantId, id, 0, first)]);
    expect(await everyKey(objectKey.staged(tenantId, second))).toHaveLength(1);
  });

  it('is refused where the file that its cell names is gone, and does not stand', async () => {
    const { id } = await conversationWith(0);
    const first = await stage(tenantId);
    await s3Calls(() => expect(sent(id, [first])).rejects.toThrow(), dieAt('CopyObject'));
    await attachments.erase([objectKey.staged(tenantId, first)]);
    await expect(sent(id, [])).rejects.toThrow(first);
    expect(await readAll(id)).toEqual([]);
  });
});

describe('a thousand parts with three files each', () => {
  it('cost one list call a bucket of parts and one delete call a thousand files', { timeout: 240_000 }, async () => {
    const parts = 1_000;
    const id = await conversationOf(parts);
    await guards.reserve(tenantId, id, 0, { files: true });
    await pMap(
      Array.from({ length: parts }, (_, sequence) => sequence),
      async (sequence) => {
        const ids = [newAttachmentId(), newAttachmentId(), newAttachmentId()];
        await index.finish(tenantId, id, sequence, await index.add(tenantId, id, sequence, ids));
        for (const file of ids) await put(objectKey.file(tenantId, id, sequence, file));
      },
      { concurrency: 16 },
    );
    expect(await filesOf(tenantId, id)).toHaveLength(3 * parts);

    const { redactionId } = await redactAll(id);
    const ref = { tenantId, conversationId: id, id: redactionId };
    const calls = await s3Calls(async () => {
      const plan = await planRound(stores)(ref);
      if (plan.next !== 'erase') throw new Error(`The plan says ${plan.next}`);
      for (const chunk of plan.chunks) await eraseChunk(stores)(plan.redaction, chunk);
      expect(await settleRedaction(stores)(ref)).toEqual({ state: 'completed' });
    });

    expect(countOf(calls)).toEqual({ ListObjectsV2: bucketOf(parts - 1) + 1, DeleteObjects: (3 * parts) / 1_000 });
    expect(await filesOf(tenantId, id)).toEqual([]);
    expect(await readEntry(id, redactionId)).toMatchObject({ state: 'completed', verified: true });
  });
});

describe('a copy of a file that S3 applies late', () => {
  const isCopy = ({ command }: Attempt) => command === 'CopyObjectCommand';

  it('finds no source after its part was written and redacted', async () => {
    const id = await conversationOf(0);
    const file = await stage(tenantId);
    const writing = () => append(id, [partWith(partId(id, 0), [file])]);
    const { late } = await holdingBack(isCopy, writing, { client: s3 });
    expect(await filesOf(tenantId, id)).toHaveLength(1);
    expect(await redactAll(id)).toMatchObject({ state: 'completed' });

    expect(await late.apply()).toBe(false);
    expect(await everyKey(`files/${tenantId}/${id}`)).toEqual([]);
  });

  it('finds none after a redaction that ended the writer who died', async () => {
    const id = await conversationOf(0);
    const file = await stage(tenantId);
    const dying = () => append(id, [partWith(partId(id, 0), [file])]);
    const { late } = await holdingBack(isCopy, dying, { client: s3, dies: true });
    try {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + writerLives + 1_000 });
      expect(await redactAll(id)).toMatchObject({ state: 'completed' });
    } finally {
      vi.useRealTimers();
    }

    expect(await late.apply()).toBe(false);
    expect(await everyKey(`files/${tenantId}/${id}`)).toEqual([]);
  });
});
