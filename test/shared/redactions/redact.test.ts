import { unmarshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { conversations, guards, ledger, parts } from '../../../functions/stores.ts';
import { resumeOpen } from '../../../functions/erasure/resume/resume-open.ts';
import { IdempotencyKeyReused, LegalHold } from '../../../shared/errors.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import { awsError, type Attempt, killAfter, Killed, withFaults } from '../../support/faults.ts';
import {
  append,
  caller,
  clock,
  conversationOf,
  now,
  readAll,
  readEntry,
  redactAll,
  requestKey,
  splitPart,
  stores,
  tenantId,
} from '../../support/redactions.ts';
import { everyItem, itemsWith } from '../../support/tables.ts';

const isGuardUpdate = ({ command, input }: Attempt) => command === 'UpdateItemCommand' && sortKeyOf(input) === 'GUARD';
const isLedgerUpdate = ({ command, input }: Attempt) =>
  command === 'UpdateItemCommand' && sortKeyOf(input)?.startsWith('R#') === true;
const isBatch = ({ command }: Attempt) => command === 'BatchWriteItemCommand';
const sortKeyOf = (input: any): string | undefined => input.Key?.sk?.S ?? input.Key?.sk;

const later = 2 * 60_000;
const resume = () => resumeOpen(stores)(() => 300_000);

beforeEach(() => {
  clock.at += 60 * 60_000;
});

describe('a redaction of a whole conversation', () => {
  it.each([0, 1, 499, 500])('leaves no content of %i parts, and its ledger entry says so', async (count) => {
    const id = await conversationOf(count);

    const receipt = await redactAll(id, { reason: 'gdpr-17' });

    expect(receipt).toEqual({
      redactionId: expect.any(String),
      conversationId: id,
      state: 'completed',
      acceptedAt: now(),
    });
    expect(await itemsWith(`canary of ${id.slice(6)}`, `canary title of ${id}`)).toEqual([]);
    const read = await readAll(id);
    expect(read).toHaveLength(count);
    expect(read.every((part) => part.content === undefined && part.redactedAt === now())).toBe(true);
    expect((await conversations.read(tenantId, id)).text).toBeUndefined();
    expect(await readEntry(id, receipt.redactionId)).toEqual({
      id: receipt.redactionId,
      tenantId,
      conversationId: id,
      scope: { kind: 'conversation' },
      state: 'completed',
      actor: caller.keyId,
      requestId: caller.requestId,
      reason: 'gdpr-17',
      requestedAt: now(),
      acceptedAt: now(),
      completedAt: now(),
      attempt: 1,
      requestedThrough: count - 1,
      run: { from: 0, through: count - 1 },
      cells: count,
      verified: true,
    });
  });

  it('masks everything from the acknowledging write on, before anything is erased', async () => {
    const id = await conversationOf(3);
    await guards.raise(tenantId, id, 'r', 'cleared', now());
    expect((await itemsWith(`canary of ${id.slice(6)}`)).length).toBe(3);
    const read = await readAll(id);
    expect(read.map(({ content, redactedAt }) => [content, redactedAt])).toEqual(
      Array.from({ length: 3 }, () => [undefined, now()]),
    );
    expect((await conversations.read(tenantId, id)).text).toBeUndefined();
  });

  it('is not seen half-way: a reader that began before it is masked by the guard that it reads last', async () => {
    const id = await conversationOf(3);
    let raised = false;
    const read = await withFaults(
      ({ command, input }) => {
        // The cells have been read with their content when the guard is asked for the second time.
        if (raised || command !== 'GetItemCommand' || sortKeyOf(input) !== 'GUARD') return undefined;
        raised = true;
        return { before: async () => void (await guards.raise(tenantId, id, 'r', 'cleared', now())) };
      },
      () => readAll(id),
    );
    expect(raised).toBe(true);
    expect(read.every(({ content }) => content === undefined)).toBe(true);
  });

  it('burns what was reserved and not yet written, so that the late writer brings nothing back', async () => {
    const id = await conversationOf(2);
    const first = await guards.reserve(tenantId, id, 1);
    await redactAll(id);

    await parts.claim(tenantId, id, 'late', first);
    await parts.put(tenantId, id, first, splitPart('late'));

    expect(await itemsWith('canary of late')).toEqual([]);
    expect((await readAll(id)).at(-1)).toMatchObject({ id: 'late', redactedAt: now() });
    expect((await readAll(id)).at(-1)?.content).toBeUndefined();
  });

  it('starts a repeat after what was destroyed and counted, and costs no write for it', async () => {
    const id = await conversationOf(30);
    await redactAll(id);
    await append(id, [splitPart(`${id.slice(6)}_new`)]);
    const batches: Attempt[] = [];
    const receipt = await withFaults(
      (attempt) => {
        if (isBatch(attempt)) batches.push(attempt);
        return undefined;
      },
      () => redactAll(id),
    );
    expect(await readEntry(id, receipt.redactionId)).toMatchObject({
      run: { from: 30, through: 30 },
      cells: 1,
      verified: true,
    });
    expect(batches).toHaveLength(1);
    expect(await itemsWith(`canary of ${id.slice(6)}`)).toEqual([]);
  });
});

describe('a redaction of the messages', () => {
  it("leaves what the vendor's own redaction leaves, and a later one of the conversation takes that too", async () => {
    const id = await conversationOf(3, { kept: { subject: 'canary subject' } });
    await append(id, [splitPart('plain')]);

    await redactAll(id, { kind: 'messages' });

    expect((await readAll(id)).map(({ content, kept }) => [content, kept])).toEqual([
      ...Array.from({ length: 3 }, () => [undefined, { subject: 'canary subject' }]),
      [undefined, undefined],
    ]);
    expect((await conversations.read(tenantId, id)).text).toEqual({ title: `canary title of ${id}` });
    expect(await itemsWith(`canary of ${id.slice(6)}`, 'canary of plain')).toEqual([]);

    await redactAll(id);

    expect(await itemsWith('canary subject', `canary title of ${id}`)).toEqual([]);
    expect((await readAll(id)).every(({ kept }) => kept === undefined)).toBe(true);
  });

  it('does not bring back what another redaction clears while it runs', async () => {
    const id = await conversationOf(2, { kept: { subject: 'canary raced subject' } });
    let raced = false;
    await withFaults(
      ({ command, input }) => {
        if (raced || command !== 'UpdateItemCommand' || !sortKeyOf(input)?.startsWith('C#')) return undefined;
        raced = true;
        return { before: async () => void (await redactAll(id)) };
      },
      () => redactAll(id, { kind: 'messages' }),
    );
    expect(raced).toBe(true);
    expect(await itemsWith('canary raced subject')).toEqual([]);
  });
});

describe('a redaction of named parts', () => {
  it('erases these and touches nothing else', async () => {
    const id = await conversationOf(4);
    const untouched = async () =>
      (await everyItem())
        .filter(({ pk }) => String(pk).includes(id))
        .filter(({ sk }) => !/^(R#|GUARD|C#000000001|C#000000003)/.test(String(sk)))
        .map((item) => JSON.stringify(item))
        .toSorted();
    const before = await untouched();
    const partIds = [`${id.slice(6)}_1`, `${id.slice(6)}_3`];

    const { redactionId } = await redact(stores)(
      { caller, conversationId: id, scope: { kind: 'parts', partIds }, sequences: [1, 3] },
      undefined,
    );

    expect((await readAll(id)).map(({ content }) => content?.body)).toEqual([
      `canary of ${id.slice(6)}_0`,
      undefined,
      `canary of ${id.slice(6)}_2`,
      undefined,
    ]);
    expect(await untouched()).toEqual(before);
    expect(await readEntry(id, redactionId)).toMatchObject({ state: 'completed', cells: 2, verified: true });
  });
});

describe('legal hold', () => {
  it('refuses, and writes nothing', async () => {
    const id = await conversationOf(2);
    await guards.setLegalHold(tenantId, id, true, now());
    const before = JSON.stringify(await everyItem());
    await expect(redactAll(id)).rejects.toThrow(LegalHold);
    expect(JSON.stringify(await everyItem())).toBe(before);
  });

  it('that is placed between the first look and the acknowledging write refuses too, and the entry says so', async () => {
    const id = await conversationOf(2);
    const key = requestKey();
    let placed = false;
    const attempt = withFaults(
      (call) => {
        if (placed || !isGuardUpdate(call)) return undefined;
        placed = true;
        return { before: () => guards.setLegalHold(tenantId, id, true, now()) };
      },
      () => redactAll(id, {}, key),
    );
    await expect(attempt).rejects.toThrow(LegalHold);
    const { redactions } = await ledger.list(tenantId, id, { limit: 10 });
    expect(redactions.map(({ state }) => state)).toEqual(['refused']);
    expect((await readAll(id)).every(({ content }) => content !== undefined)).toBe(true);

    await guards.setLegalHold(tenantId, id, false, now());
    expect((await redactAll(id, {}, key)).state).toBe('completed');
  });
});

describe('a redaction that is killed', () => {
  const points: [string, () => (attempt: Attempt) => boolean][] = [
    [
      'after its entry was written',
      () =>
        ({ command }) =>
          command === 'PutItemCommand',
    ],
    ['after it was accepted', () => isGuardUpdate],
    ['after the ledger knew that', () => isLedgerUpdate],
    ['in the middle of erasing', () => nth(isBatch, 5)],
    ['after it was erased', () => nth(isBatch, 12)],
    ['after it was counted', () => nth(isGuardUpdate, 2)],
  ];
  const nth = (matches: (attempt: Attempt) => boolean, wanted: number) => {
    let seen = 0;
    return (attempt: Attempt) => matches(attempt) && ++seen === wanted;
  };
  const killed = async (point: () => (attempt: Attempt) => boolean, key = requestKey()) => {
    const id = await conversationOf(300);
    const died = withFaults(killAfter(point()), () => redactAll(id, {}, key));
    await expect(died).rejects.toThrow(Killed);
    return { id, key };
  };

  it.each(points)('%s is finished by a retry with the same key, once', async (_, point) => {
    const { id, key } = await killed(point);
    expect((await redactAll(id, {}, key)).state).toBe('completed');
    expect(await itemsWith(`canary of ${id.slice(6)}`, `canary title of ${id}`)).toEqual([]);
    const { redactions } = await ledger.list(tenantId, id, { limit: 10 });
    expect(redactions).toMatchObject([{ state: 'completed', verified: true }]);
  });

  it.each(points.slice(1))('%s finishes without anybody', async (_, point) => {
    const { id } = await killed(point);
    clock.at += later;
    await resume();
    expect(await itemsWith(`canary of ${id.slice(6)}`, `canary title of ${id}`)).toEqual([]);
    const { redactions } = await ledger.list(tenantId, id, { limit: 10 });
    expect(redactions).toMatchObject([{ state: 'completed', verified: true }]);
  });

  it('before it was accepted is never accepted by itself, and shows everything', async () => {
    const { id } = await killed(points[0]![1]);
    clock.at += later;
    await resume();
    const { redactions } = await ledger.list(tenantId, id, { limit: 10 });
    expect(redactions).toMatchObject([{ state: 'refused' }]);
    expect((await readAll(id)).every(({ content }) => content !== undefined)).toBe(true);
  });

  it('is left alone while its function may still run', async () => {
    const { id } = await killed(points[1]![1]);
    clock.at += 30_000;
    await resume();
    expect((await itemsWith(`canary of ${id.slice(6)}`)).length).toBe(300);
    clock.at += later;
    await resume();
    expect(await itemsWith(`canary of ${id.slice(6)}`)).toEqual([]);
  });

  it('after it was accepted covers what it had covered, and not what came later', async () => {
    const { id } = await killed(points[1]![1]);
    await append(id, [splitPart(`after_${id.slice(6)}`)]);
    clock.at += later;
    await resume();
    expect((await readAll(id)).filter(({ content }) => content !== undefined)).toMatchObject([
      { id: `after_${id.slice(6)}` },
    ]);
  });

  it('does not keep the others waiting when it fails again', async () => {
    const { id: failing } = await killed(points[1]![1]);
    const { id: waiting } = await killed(points[1]![1]);
    clock.at += later;
    const resumed = withFaults(({ command, input }) => {
      if (command !== 'BatchWriteItemCommand' || !JSON.stringify(input).includes(failing)) return undefined;
      return { throwBefore: awsError('ValidationException') };
    }, resume);
    await expect(resumed).rejects.toThrow('1 of the open redactions could not be resumed');
    expect(await itemsWith(`canary of ${waiting.slice(6)}`)).toEqual([]);
    await resume();
    expect(await itemsWith(`canary of ${failing.slice(6)}`)).toEqual([]);
  });
});

describe('an idempotency key', () => {
  it('of a redaction that its record has outlived does not answer for what came after', async () => {
    const id = await conversationOf(1);
    const key = requestKey();
    await redactAll(id, {}, key);
    clock.at += 31 * 24 * 60 * 60_000;
    await append(id, [splitPart('much-later')]);
    await expect(redactAll(id, {}, key)).rejects.toThrow(IdempotencyKeyReused);
  });
});

describe('a table that is busy', () => {
  it('gets its unprocessed items again until all are erased', async () => {
    const id = await conversationOf(100);
    let unprocessed = 0;
    await withFaults(
      (attempt) => {
        if (!isBatch(attempt) || unprocessed >= 6) return undefined;
        unprocessed++;
        const [[table, requests]] = Object.entries(attempt.input.RequestItems) as any;
        const left = requests
          .slice(5)
          .map(({ PutRequest }: any) => ({ PutRequest: { Item: unmarshall(PutRequest.Item) } }));
        return { output: (output) => Object.assign(output, { UnprocessedItems: { [table]: left } }) };
      },
      () => redactAll(id),
    );
    expect(unprocessed).toBe(6);
    expect(await itemsWith(`canary of ${id.slice(6)}`)).toEqual([]);
  });

  it('is not called completed while a cell still holds content', async () => {
    const id = await conversationOf(60);
    let swallowed = false;
    const attempt = withFaults(
      (call) => {
        if (swallowed || !isBatch(call)) return undefined;
        swallowed = true;
        // The emulated table says that it took the batch, and this one cell was not in it.
        const [requests] = Object.values(call.input.RequestItems) as any;
        requests.length = requests.length - 1;
        return undefined;
      },
      () => redactAll(id),
      'initialize',
    );
    await expect(attempt).rejects.toThrow('1 cells still hold content');
    clock.at += later;
    await resume();
    expect(await itemsWith(`canary of ${id.slice(6)}`)).toEqual([]);
  });
});
