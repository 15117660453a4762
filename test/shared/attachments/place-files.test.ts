import { GetObjectTaggingCommand } from '@aws-sdk/client-s3';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { index } from '../../../functions/stores.ts';
import { requireEnv } from '../../../shared/env.ts';
import { s3 } from '../../../shared/s3.ts';
import { objectKey } from '../../../shared/table.ts';
import {
  everyKey,
  filesOf,
  follow,
  head,
  idOf,
  messageWith,
  newAttachmentId,
  stage,
  uploaded,
  urlsIn,
} from '../../support/attachments.ts';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { everyPart, expungeApi, imported } from '../../support/endpoints.ts';
import { type Attempt, killAfter, withFaults } from '../../support/faults.ts';
import { countOf, s3Calls } from '../../support/s3-calls.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

const tenant = 'tenant-placing';
let key: string;
let id: string;
beforeAll(async () => {
  key = await keyOf(tenant);
});
beforeEach(async () => {
  id = await imported(key, documentOf(1));
});

const standing = async () => JSON.stringify([await everyItem(), await everyKey()]);
const keysOf = () => filesOf(tenant, `augno:${id}`);
const keyFor = (reference: string, sequence = 1) => objectKey.file(tenant, `augno:${id}`, sequence, idOf(reference));
const isSecond = ({ command, input }: Attempt, prefix: string) =>
  command === 'PutItemCommand' && String(input.Item?.sk?.S ?? input.Item?.sk) === `${prefix}#000000001`;

describe('a part that names an upload', () => {
  it('has it from then on: under its own prefix, without a tag that lets it expire, and no longer in staging', async () => {
    const reference = await uploaded(key, id, 'canary of a file');

    const answer = await expungeApi.append(key, id, [messageWith('mg_file', 2, [reference])]);

    expect(answer).toMatchObject({ status: 200, body: { parts: { added: 1, existing: 0 } } });
    expect(await keysOf()).toEqual([`files/${tenant}/augno:${id}/0/000000001/${idOf(reference)}`]);
    expect(await everyKey(objectKey.staged(tenant, idOf(reference)))).toEqual([]);
    const tagging = new GetObjectTaggingCommand({ Bucket: requireEnv('BUCKET_NAME'), Key: keyFor(reference) });
    expect((await s3.send(tagging)).TagSet).toEqual([]);
    expect(await head(keyFor(reference))).toMatchObject({ ContentType: 'text/plain' });
    const [, { part }] = await everyPart(key, id);
    expect(await follow(urlsIn(part)[0]!)).toEqual({ status: 200, text: 'canary of a file' });
  });

  it('stores the reference and no link, and an item with ids alone', async () => {
    const reference = await uploaded(key, id);
    await expungeApi.append(key, id, [messageWith('mg_file', 2, [reference])]);
    const holding = await itemsWith(idOf(reference));
    expect(holding.map(({ sk }) => sk).toSorted()).toEqual(['A#000000001', 'C#000000001']);
    expect(await itemsWith('X-Amz-Signature')).toEqual([]);
    expect(holding.find(({ sk }) => sk === 'A#000000001')).toEqual({
      pk: `T#${tenant}#C#augno:${id}`,
      sk: 'A#000000001',
      ids: new Set([idOf(reference)]),
    });
  });

  it('can be imported with a conversation that is there', async () => {
    const reference = await uploaded(key, id);
    const document = documentOf(0, id);
    document.messages.push(messageWith('mg_imported', 2, [reference]));
    expect(await expungeApi.import(key, document)).toMatchObject({ status: 200, body: { parts: { added: 1 } } });
    expect(await keysOf()).toEqual([keyFor(reference)]);
  });

  it('has all of its uploads, each once, wherever its content names them', async () => {
    const references = await Promise.all([0, 1, 2].map((n) => uploaded(key, id, `canary ${n}`)));
    const [first] = references;
    const part = { ...messageWith('mg_many', 2, references), body: `see ${first} <img src="${first}">` };
    await expungeApi.append(key, id, [part]);
    expect(await keysOf()).toEqual(references.map((reference) => keyFor(reference)).toSorted());
  });

  it('under legal hold is taken as well', async () => {
    const reference = await uploaded(key, id);
    await expungeApi.hold(key, id, true);
    expect((await expungeApi.append(key, id, [messageWith('mg_held', 2, [reference])])).status).toBe(200);
    expect(await keysOf()).toEqual([keyFor(reference)]);
  });

  it('that stands already is not touched, whatever it names now', async () => {
    const reference = await uploaded(key, id);
    await expungeApi.append(key, id, [messageWith('mg_file', 2, [reference])]);
    const before = await standing();
    const other = await uploaded(key, id);
    const answers = await Promise.all([
      expungeApi.append(key, id, [messageWith('mg_file', 2, [reference])]),
      expungeApi.append(key, id, [messageWith('mg_file', 2, [other])]),
      expungeApi.append(key, id, [messageWith('mg_file', 2, [`attachment:${newAttachmentId()}`])]),
    ]);
    expect(answers.map(({ body }) => body.parts)).toEqual(answers.map(() => ({ added: 0, existing: 1 })));
    await expungeApi.append(key, id, [messageWith('mg_other', 3, [other])]);
    expect(await keysOf()).toEqual([keyFor(reference), keyFor(other, 2)]);
    expect(before).toContain(keyFor(reference));
  });

  it('gets its files once from writers at the same time', async () => {
    const references = await Promise.all(Array.from({ length: 6 }, () => uploaded(key, id)));
    const batch = references.map((reference, n) => messageWith(`mg_raced_${n}`, n + 2, [reference]));
    const answers = await Promise.all(
      [batch, batch.toReversed(), batch].map((sent) => expungeApi.append(key, id, sent)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.reduce((sum, { body }) => sum + body.parts.added, 0)).toBe(6);
    for (const { part } of (await everyPart(key, id)).slice(1))
      expect((await follow(urlsIn(part)[0]!)).status).toBe(200);
    expect(await everyKey('staging/')).not.toContain(objectKey.staged(tenant, idOf(references[0]!)));
  });

  it('names no file and no content in a key, a log or an idempotency record', async () => {
    const reference = await uploaded(key, id, 'canary inside');
    const logs = await captureLogs(async () => {
      await expungeApi.append(key, id, [messageWith('mg_file', 2, [reference])], {
        headers: { 'idempotency-key': id },
      });
      await everyPart(key, id);
      await expungeApi.redact(key, id);
    });
    expect(logs).not.toContain('canary');
    expect(logs).not.toContain('X-Amz-Signature');
    expect((await everyKey()).join()).not.toContain('canary');
    const others = ({ pk }: Record<string, unknown>) => typeof pk === 'string' && !pk.includes(id);
    expect((await itemsWith('canary-0.png', 'canary inside')).filter((item) => !others(item))).toEqual([]);
  });
});

describe('a reference that can not be placed', () => {
  const refused = async (answer: { status: number; body: any; text: string }, ...names: string[]) => {
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } });
    for (const name of names) expect(answer.body.error.message).toContain(name);
    expect(answer.text).not.toContain('canary');
  };

  it('is refused with the part that it stands in, and nothing is written', async () => {
    const known = await uploaded(key, id);
    const unknown = newAttachmentId();
    const before = await standing();
    const batch = [messageWith('mg_good', 2, [known]), messageWith('mg_bad', 3, [`attachment:${unknown}`])];
    await refused(await expungeApi.append(key, id, batch), 'mg_bad', unknown);
    const document = documentOf(0);
    document.messages.push(...batch);
    await refused(await expungeApi.import(key, document), 'mg_bad', unknown);
    expect(await standing()).toBe(before);
  });

  it("is another tenant's, in the same words as one that nobody has", async () => {
    const otherKey = await keyOf('tenant-placing-2');
    const theirs = await uploaded(otherKey, await imported(otherKey, documentOf(1, id)));
    const nobodys = `attachment:${newAttachmentId()}`;
    const before = await standing();
    const answers = await Promise.all(
      [theirs, nobodys].map((reference) => expungeApi.append(key, id, [messageWith('mg_foreign', 2, [reference])])),
    );
    const [foreign, unknown] = answers.map(({ status, body }, n) => ({
      status,
      message: body.error.message.replaceAll(idOf([theirs, nobodys][n]!), ''),
    }));
    expect(foreign).toEqual(unknown);
    expect(foreign?.status).toBe(400);
    expect(await standing()).toBe(before);
  });

  it('is named by two new parts of a request, or by a second one later', async () => {
    const reference = await uploaded(key, id);
    const [first, second] = ['mg_first', 'mg_second'].map((part, n) => messageWith(part, n + 2, [reference]));
    const before = await standing();
    await refused(await expungeApi.append(key, id, [first, second]), 'mg_second', idOf(reference));
    expect(await standing()).toBe(before);
    await expungeApi.append(key, id, [first]);
    await refused(await expungeApi.append(key, id, [second]), 'mg_second');
    expect(await keysOf()).toEqual([keyFor(reference)]);
  });

  it('is the 51st of a part, or the 501st of a request', async () => {
    const references = (count: number) => Array.from({ length: count }, () => `attachment:${newAttachmentId()}`);
    const before = await standing();
    const answers = [
      await expungeApi.append(key, id, [messageWith('mg_51', 2, references(51))]),
      // Each of them would become a link in one answer.
      await expungeApi.append(key, id, [
        messageWith('mg_same', 2, Array.from<string>({ length: 51 }).fill(references(1)[0]!)),
      ]),
      await expungeApi.append(
        key,
        id,
        Array.from({ length: 11 }, (_, n) => messageWith(`mg_${n}`, n, references(n === 0 ? 1 : 50))),
      ),
    ];
    for (const answer of answers) expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
    expect(await standing()).toBe(before);
  });

  it('is refused without a call where a conversation is not there', async () => {
    const calls = await s3Calls(async () => {
      const answer = await expungeApi.append(key, freshId('cv'), [
        messageWith('mg_1', 1, [`attachment:${newAttachmentId()}`]),
      ]);
      expect(answer.status).toBe(404);
    });
    expect(calls).toEqual([]);
  });
});

describe('a writer that is killed', () => {
  it.each([
    ['after the item of attachments', ({ command }: Attempt) => command === 'UpdateItemCommand'],
    ['after the cell', (attempt: Attempt) => isSecond(attempt, 'C')],
    ['after the part', (attempt: Attempt) => isSecond(attempt, 'P')],
  ])('%s is taken up by the next one, with its files', async (_, last) => {
    const reference = await uploaded(key, id, 'canary of a file');
    const batch = [messageWith('mg_file', 2, [reference])];
    // Of the updates, the item of attachments is the one that comes with the ids.
    const point = (attempt: Attempt) =>
      last(attempt) && (attempt.command !== 'UpdateItemCommand' || JSON.stringify(attempt.input).includes('ADD ids'));
    expect((await withFaults(killAfter(point), () => expungeApi.append(key, id, batch))).status).toBe(500);

    expect((await expungeApi.append(key, id, batch)).status).toBe(200);

    const [, { part }] = await everyPart(key, id);
    expect(await follow(urlsIn(part)[0]!)).toEqual({ status: 200, text: 'canary of a file' });
    expect(await keysOf()).toEqual([keyFor(reference)]);
  });

  it.each(['HeadObject', 'CopyObject', 'DeleteObjectTagging', 'DeleteObjects'])(
    'after %s is taken up by the next one, with its files',
    async (command) => {
      const reference = await uploaded(key, id, 'canary of a file');
      const batch = [messageWith('mg_file', 2, [reference])];
      let dead = false;
      await s3Calls(
        async () => expect((await expungeApi.append(key, id, batch)).status).toBe(500),
        (call) => {
          if (dead) return { before: () => Promise.reject(new Error('killed')) };
          dead = call.command === command;
          return dead ? { after: () => Promise.reject(new Error('killed')) } : undefined;
        },
      );
      expect(dead).toBe(true);

      expect((await expungeApi.append(key, id, batch)).status).toBe(200);

      const [, { part }] = await everyPart(key, id);
      expect(await follow(urlsIn(part)[0]!)).toEqual({ status: 200, text: 'canary of a file' });
      expect(await keysOf()).toEqual([keyFor(reference)]);
      expect(await everyKey(objectKey.staged(tenant, idOf(reference)))).toEqual([]);
    },
  );

  it('before the tag was taken off leaves a copy that expires', async () => {
    const reference = await uploaded(key, id);
    await s3Calls(
      () => expungeApi.append(key, id, [messageWith('mg_file', 2, [reference])]),
      ({ command }) =>
        command === 'DeleteObjectTagging' ? { before: () => Promise.reject(new Error('killed')) } : undefined,
    );
    const tagging = new GetObjectTaggingCommand({ Bucket: requireEnv('BUCKET_NAME'), Key: keyFor(reference) });
    expect((await s3.send(tagging)).TagSet).toEqual([{ Key: 'state', Value: 'unplaced' }]);
  });
});

describe('a conversation without files', () => {
  it('costs no call to S3: not to append, to read or to redact', async () => {
    const calls = await s3Calls(async () => {
      await expungeApi.append(key, id, [messageWith('mg_plain', 2, ['https://files.example.com/x.png'])]);
      await everyPart(key, id);
      await expungeApi.redact(key, id, { parts: ['mg_plain'] });
      await expungeApi.redact(key, id);
    });
    expect(calls).toEqual([]);
    expect(await index.inRun(tenant, `augno:${id}`, { from: 0, through: 499 })).toEqual([]);
  });

  it('with one costs four calls, and a link none', async () => {
    const attachmentId = await stage(tenant);
    const calls = await s3Calls(async () => {
      await expungeApi.append(key, id, [messageWith('mg_file', 2, [`attachment:${attachmentId}`])]);
      await everyPart(key, id);
    });
    expect(countOf(calls)).toEqual({ HeadObject: 1, CopyObject: 1, DeleteObjectTagging: 1, DeleteObjects: 1 });
  });
});
