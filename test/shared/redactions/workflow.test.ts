import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { resumeOpen } from '../../../functions/erasure/resume/resume-open.ts';
import { erasures, guards, ledger } from '../../../functions/stores.ts';
import { workflow } from '../../../functions/workflow-if-any.ts';
import { NotResumed, Unavailable } from '../../../shared/errors.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import { planRound } from '../../../shared/redactions/plan.ts';
import type { Redaction, RequestKey } from '../../../shared/redactions/redaction.ts';
import { startedLater } from '../../../shared/redactions/started-later.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { type Attempt, awsError, killAfter, withFaults } from '../../support/faults.ts';
import {
  append,
  caller,
  clock,
  now,
  readAll,
  readEntry,
  requestKey,
  sparseConversation,
  splitPart,
  stores as withoutWorkflow,
  tenantId,
} from '../../support/redactions.ts';
import { everyItem, type Item, itemsWith } from '../../support/tables.ts';
import { unitsOf } from '../../support/units.ts';
import { startWorkflow } from '../../support/workflow.ts';

const stores = { ...withoutWorkflow, workflow };
const later = 2 * 60_000;
const resume = () => resumeOpen(stores)(() => 300_000);
const redactAll = (conversationId: string, key?: RequestKey, kind: 'conversation' | 'messages' = 'conversation') =>
  redact(stores)({ caller, conversationId, scope: { kind } }, key);

let local: Awaited<ReturnType<typeof startWorkflow>>;
beforeAll(async () => {
  local = await startWorkflow();
});
beforeEach(() => {
  clock.at += 60 * 60_000;
});
afterEach(() => local.intercept());
afterAll(() => local.stop());

// Sequences at the bounds of buckets and chunks, and some between; three chunks of five buckets.
const reserved = 5_203;
const written = [0, 1, 499, 500, 501, 1_250, 2_499, 2_500, 2_501, 3_777, 4_999, 5_000, 5_001, 5_202];
const conversation = () => sparseConversation(reserved, written);
const canaries = (id: string) => itemsWith(`canary of ${id.slice(6)}`, `canary title of ${id}`);
const stateOf = async (id: string, redactionId: string) => (await readEntry(id, redactionId)).state;

const withoutErased = (items: Item[]) =>
  items.filter(({ sk }) => !/^(C#|R#|GUARD)/.test(String(sk))).map((item) => JSON.stringify(item));

describe('a redaction of more than one bucket', () => {
  it.each([
    [500, 'completed'],
    [501, 'erasing'],
  ])('of %i parts answers %s', async (count, state) => {
    const id = await sparseConversation(count, [0, count - 1]);
    const receipt = await redactAll(id);
    expect(receipt.state).toBe(state);
    if (state === 'erasing') await local.ended(receipt.redactionId);
    expect(await stateOf(id, receipt.redactionId)).toBe('completed');
  });

  it('is acknowledged before anything is erased, and from then on nobody sees its content', async () => {
    const id = await conversation();
    const stopped = Promise.withResolvers<void>();
    local.intercept(async (_, run) => {
      await stopped.promise;
      return run();
    });
    const receipt = await redactAll(id);
    expect(receipt).toMatchObject({ state: 'erasing', acceptedAt: now() });
    expect(await canaries(id)).toHaveLength(written.length + 1);
    const masked = await readAll(id);
    expect(masked).toHaveLength(written.length);
    expect(masked.every(({ content, redactedAt }) => content === undefined && redactedAt === now())).toBe(true);
    stopped.resolve();
    await local.ended(receipt.redactionId);
  });

  it('is erased chunk by chunk, counted and settled, and nothing else changes', async () => {
    const id = await conversation();
    const other = await sparseConversation(3, [0, 1, 2]);
    const before = withoutErased(await everyItem());
    const { redactionId } = await redactAll(id);

    expect(await local.ended(redactionId)).toMatchObject({ status: 'SUCCEEDED' });

    expect(await canaries(id)).toEqual([]);
    expect(await canaries(other)).toHaveLength(4);
    expect(withoutErased(await everyItem())).toEqual(before);
    expect(await readEntry(id, redactionId)).toMatchObject({
      state: 'completed',
      startedAt: expect.any(Number),
      completedAt: expect.any(Number),
      run: { from: 0, through: reserved - 1 },
      chunkBuckets: 5,
      finishedBefore: 3,
      cells: reserved,
      verified: true,
    });
    expect(await guards.read(tenantId, id)).toMatchObject({ erasedClearedThrough: reserved - 1 });
  });

  it('burns what is reserved and not written, in every chunk', async () => {
    const id = await conversation();
    const { redactionId } = await redactAll(id);
    await local.ended(redactionId);
    const late = splitPart('late');
    await withoutWorkflow.parts.put(tenantId, id, 4_321, late);
    const [part] = (await readAll(id)).filter(({ sequence }) => sequence === 4_321);
    expect(part?.content).toBeUndefined();
  });

  it('leaves what comes after it', async () => {
    const id = await conversation();
    const stopped = Promise.withResolvers<void>();
    local.intercept(async (_, run) => {
      await stopped.promise;
      return run();
    });
    const { redactionId } = await redactAll(id);
    await append(id, [splitPart(`after_${id}`)]);
    stopped.resolve();
    await local.ended(redactionId);
    expect((await readAll(id)).filter(({ content }) => content !== undefined)).toMatchObject([{ id: `after_${id}` }]);
  });

  it('leaves what a vendor keeps, in every chunk', async () => {
    const id = await sparseConversation(3_000, []);
    await append(id, [splitPart(`kept_${id}`, { kept: { subject: 'kept subject' } }), splitPart(`plain_${id}`)]);
    const { redactionId } = await redactAll(id, undefined, 'messages');
    await local.ended(redactionId);
    const read = await readAll(id);
    expect(read.map(({ content, kept }) => [content, kept])).toEqual([
      [undefined, { subject: 'kept subject' }],
      [undefined, undefined],
    ]);
    expect(await stateOf(id, redactionId)).toBe('completed');
  });

  it('puts ids, numbers and times into the state of its execution, and nothing else', async () => {
    local.payloads.length = 0;
    const id = await conversation();
    const { redactionId } = await redactAll(id);
    await local.ended(redactionId);
    const all = local.payloads.join('\n');
    expect(local.payloads.length).toBeGreaterThan(10);
    expect(all).toContain(redactionId);
    expect(all).not.toContain('canary');
    const words = all.match(/"[^"]*"/g)!.filter((word) => !word.includes(id) && !word.includes(redactionId));
    expect(new Set(words)).toEqual(
      new Set(
        'tenantId conversationId id requestId redaction scope kind conversation acceptedAt run from through chunkBuckets chunks chunk next erase settle state completed erased'
          .split(' ')
          .concat(tenantId, caller.requestId)
          .map((word) => `"${word}"`),
      ),
    );
  });

  it('needs at most 0.041 requests a part to erase, and 0.05 read units to do it and to count', async () => {
    const id = await sparseConversation(5_000, []);
    const commands: string[] = [];
    const units = await unitsOf(() =>
      withFaults(
        ({ command }) => void commands.push(command),
        async () => {
          const { redactionId } = await redactAll(id);
          local.invoked.length = 0;
          await local.ended(redactionId);
        },
      ),
    );
    const counting = commands.filter((command) => command === 'QueryCommand').length;
    expect(counting).toBe(10);
    // The request, the plans and the settlement are the same few whatever the size.
    expect((commands.length - counting - 20) / 5_000).toBeLessThanOrEqual(0.041);
    expect(units.write / 5_000).toBeLessThanOrEqual(1.02);
    expect(units.read / 5_000).toBeLessThanOrEqual(0.05);
  });
});

describe('a legal hold', () => {
  it('that is placed while it runs stops it within one chunk; what is left stays masked and kept until the release', async () => {
    const id = await conversation();
    let chunks = 0;
    local.intercept(async (folder, run) => {
      // The other chunks wait until the first one is done and the hold stands.
      if (folder !== 'erasure/erase-chunk') return run();
      if (++chunks > 1) {
        await held.promise;
        return run();
      }
      const result = await run();
      await guards.setLegalHold(tenantId, id, true, now());
      held.resolve();
      return result;
    });
    const held = Promise.withResolvers<void>();
    const { redactionId } = await redactAll(id);
    expect(await local.ended(redactionId)).toMatchObject({ status: 'SUCCEEDED' });

    expect(await stateOf(id, redactionId)).toBe('halted');
    const left = written.filter((sequence) => sequence >= 2_500);
    expect(await itemsWith(`canary of ${id.slice(6)}`)).toHaveLength(left.length);
    expect((await readAll(id)).every(({ content }) => content === undefined)).toBe(true);

    local.intercept();
    local.invoked.length = 0;
    clock.at += later;
    await resume();
    expect(local.invoked).toEqual([]);
    expect(await stateOf(id, redactionId)).toBe('halted');

    await guards.setLegalHold(tenantId, id, false, now());
    await resume();
    await local.ended(`${redactionId}-1`);
    expect(await canaries(id)).toEqual([]);
    expect(await stateOf(id, redactionId)).toBe('completed');
    // The chunk that was finished is not erased again.
    expect(local.invoked.filter((folder) => folder === 'erasure/erase-chunk')).toHaveLength(2);
  });

  it('that is placed before the execution begins keeps everything', async () => {
    const id = await conversation();
    local.intercept(async (_, run) => {
      await guards.setLegalHold(tenantId, id, true, now());
      return run();
    });
    const { redactionId } = await redactAll(id);
    await local.ended(redactionId);
    expect(await stateOf(id, redactionId)).toBe('halted');
    expect(await canaries(id)).toHaveLength(written.length + 1);
  });
});

describe('an execution', () => {
  it('that is started twice, and beside the schedule that resumes, runs once', async () => {
    const id = await conversation();
    const key = requestKey();
    local.invoked.length = 0;
    const stopped = Promise.withResolvers<void>();
    local.intercept(async (_, run) => {
      await stopped.promise;
      return run();
    });
    const [first, second] = await Promise.all([redactAll(id, key), redactAll(id, key)]);
    clock.at += later;
    await Promise.all([resume(), resume()]);
    stopped.resolve();
    expect(first.redactionId).toBe(second.redactionId);
    await local.ended(first.redactionId);
    expect(local.invoked.toSorted()).toEqual([
      ...Array.from({ length: 3 }, () => 'erasure/erase-chunk'),
      'erasure/plan',
      'erasure/plan',
      'erasure/settle',
    ]);
    expect(await stateOf(id, first.redactionId)).toBe('completed');
  });

  it('that cannot be started does not cost the caller the acknowledgement, and is started by the schedule', async () => {
    const id = await conversation();
    const refusing = {
      start: async () => {
        throw new Unavailable('no executions today');
      },
    };
    const broken = { ...stores, workflow: startedLater(refusing) };
    const logs = await captureLogs(async () => {
      const receipt = await redact(broken)({ caller, conversationId: id, scope: { kind: 'conversation' } }, undefined);
      expect(receipt.state).toBe('erasing');
    });
    expect(logs).toContain('execution not started');
    expect(await canaries(id)).toHaveLength(written.length + 1);
    const [{ id: redactionId } = { id: '' }] = (await ledger.list(tenantId, id, { limit: 1 })).redactions;
    clock.at += later;
    // The schedule has nobody after it, so it says that it failed.
    const resumed = resumeOpen({ ...stores, workflow: refusing })(() => 300_000);
    await expect(resumed).rejects.toThrow(NotResumed);
    await resume();
    await local.ended(redactionId);
    expect(await canaries(id)).toEqual([]);
  });

  const failing = 'erasure/erase-chunk';
  it.each([['erasure/plan'], [failing], ['erasure/settle']])(
    'whose %s fails again and again leaves the redaction open, records the failure and is followed by the next',
    async (broken) => {
      const id = await conversation();
      local.intercept((folder, run) => {
        if (folder !== broken) return run();
        throw Object.assign(new Error('canary in a message'), { name: 'SomethingElse' });
      });
      const { redactionId } = await redactAll(id);
      const { status, error } = await local.ended(redactionId);
      expect([status, error]).toEqual(['FAILED', 'ErasureFailed']);
      expect(await readEntry(id, redactionId)).toMatchObject({
        state: 'erasing',
        failures: 1,
        lastFailure: {
          error: broken === failing ? 'States.ExceedToleratedFailureThreshold' : 'SomethingElse',
          at: expect.any(Number),
        },
      });

      local.intercept();
      clock.at += later;
      await resume();
      await local.ended(`${redactionId}-1`);
      expect(await canaries(id)).toEqual([]);
      expect(await readEntry(id, redactionId)).toMatchObject({ state: 'completed', endedExecutions: 1, failures: 1 });
    },
  );

  it('shows of an unexpected error its name alone', async () => {
    const id = await conversation();
    let redactionId = '';
    local.payloads.length = 0;
    const isBatch = ({ command }: Attempt) => command === 'BatchWriteItemCommand';
    const refusal = Object.assign(awsError('ValidationException'), { message: 'canary: the SDK may quote a request' });
    const logs = await captureLogs(() =>
      withFaults(
        (attempt) => (isBatch(attempt) ? { throwBefore: refusal } : undefined),
        async () => {
          ({ redactionId } = await redactAll(id));
          await local.ended(redactionId);
        },
      ),
    );
    expect(local.payloads.join('\n')).toContain('ValidationException');
    expect(local.payloads.join('\n')).not.toContain('canary');
    expect(logs).not.toContain('canary');
    // Children of the map keep no history: what ties a failed chunk to its redaction is the log.
    const failed = logs.slice(logs.indexOf('"task failed"')).slice(0, 1_000);
    expect(failed).toContain(`"redactionId": "${redactionId}"`);
    expect(failed).toMatch(/"chunk": \d/);
    clock.at += later;
    await resume();
    await local.ended(`${redactionId}-1`);
    expect(await canaries(id)).toEqual([]);
  });

  it('that died takes up its finished chunks, whoever killed it', async () => {
    const id = await conversation();
    const isProgress = ({ command, input }: Attempt) =>
      command === 'UpdateItemCommand' && String(input.UpdateExpression).startsWith('ADD finished');
    let redactionId = '';
    await withFaults(killAfter(isProgress), async () => {
      ({ redactionId } = await redactAll(id));
      await local.ended(redactionId);
    });
    const entry = await readEntry(id, redactionId);
    expect(entry).toMatchObject({ state: 'erasing', finished: [expect.any(Number)] });
    local.invoked.length = 0;
    clock.at += later;
    await resume();
    await local.ended(`${redactionId}-1`);
    expect(local.invoked.filter((folder) => folder === failing)).toHaveLength(2);
    expect(await canaries(id)).toEqual([]);
  });

  it('is not called completed while a cell of a chunk still holds content', async () => {
    const id = await conversation();
    let swallowed = false;
    local.invoked.length = 0;
    await withFaults(
      ({ command, input }) => {
        if (swallowed || command !== 'BatchWriteItemCommand') return undefined;
        const [requests] = Object.values(input.RequestItems) as any;
        const index = requests.findIndex(({ PutRequest }: any) => JSON.stringify(PutRequest).includes('C#000000500'));
        if (index < 0) return undefined;
        swallowed = true;
        requests.splice(index, 1);
        return undefined;
      },
      async () => {
        const { redactionId } = await redactAll(id);
        await local.ended(redactionId);
        expect(await stateOf(id, redactionId)).toBe('completed');
      },
      'initialize',
    );
    expect(swallowed).toBe(true);
    expect(await canaries(id)).toEqual([]);
    // The state machine knows the error by its name, and tried the chunk again.
    expect(local.invoked.filter((folder) => folder === failing)).toHaveLength(4);
    expect(local.payloads.join('\n')).toContain('ContentRemains');
  });
});

describe('rounds', () => {
  it('go on from the ledger entry: what is finished stands there, and no plan takes it back', async () => {
    const id = await sparseConversation(reserved, []);
    const entry = { ...(await acceptedEntry(id)), finished: [0, 1] };
    await ledger.finishChunk(entry, 0);
    await ledger.finishChunk(entry, 1);
    await ledger.begin(entry, 1, 2);
    await ledger.begin({ ...entry, finished: [] }, 2, 1);
    expect(await readEntry(id, entry.id)).toMatchObject({ finishedBefore: 2, startedAt: 1 });
    expect((await readEntry(id, entry.id)).finished).toBeUndefined();
  });

  const acceptedEntry = async (id: string): Promise<Redaction> => {
    const { redactionId } = await redact(withoutWorkflow)(
      { caller, conversationId: id, scope: { kind: 'conversation' } },
      undefined,
    );
    return readEntry(id, redactionId);
  };

  it('follow each other in one execution until no chunk is left', async () => {
    const id = await conversation();
    local.invoked.length = 0;
    local.intercept(async (folder, run) => {
      const result = await run();
      // As if a round had room for one chunk alone.
      const { chunks } = result as { chunks?: number[] };
      return folder === 'erasure/plan' && chunks ? { ...(result as object), chunks: chunks.slice(0, 1) } : result;
    });
    const { redactionId } = await redactAll(id);
    await local.ended(redactionId);
    const round = ['erasure/plan', 'erasure/erase-chunk'];
    expect(local.invoked).toEqual([...round, ...round, ...round, 'erasure/plan', 'erasure/settle']);
    expect(await canaries(id)).toEqual([]);
    expect(await readEntry(id, redactionId)).toMatchObject({ state: 'completed', finishedBefore: 3, cells: reserved });
  });

  it('of the largest conversation that there can be fit in 256 KB of state', async () => {
    const longest = { tenantId: 't'.repeat(64), conversationId: `featurebase:${'c'.repeat(256)}`, id: 'f'.repeat(32) };
    const through = 999_999_999;
    await guards.createIfAbsent(longest.tenantId, longest.conversationId, undefined);
    const entry: Redaction = {
      ...longest,
      scope: { kind: 'conversation' },
      state: 'requested',
      actor: 'key',
      requestedAt: now(),
      requestedThrough: through,
    };
    await ledger.request(entry);
    await ledger.accept(entry, { acceptedAt: now(), run: { from: 0, through }, chunkBuckets: 5 });
    await ledger.begin(entry, now(), 399_000);
    const plan = await planRound(stores)(longest);
    expect(plan).toMatchObject({
      next: 'erase',
      chunks: expect.toSatisfy((chunks: number[]) => chunks.length === 1_000),
    });
    expect(JSON.stringify(plan).length).toBeLessThan(262_144 / 4);
    await ledger.refuse(await ledger.read(longest));
  });

  it('of an entry that is not there make none', async () => {
    const ref = { tenantId, conversationId: 'augno:nowhere', id: '0'.repeat(32) };
    expect(await ledger.recordFailure(ref, 'Error', now())).toBe(false);
    expect(await ledger.finishChunk(ref, 0)).toBe(false);
    expect(await itemsWith(ref.conversationId)).toEqual([]);
  });

  it('are left to the schedule where nobody can start an execution', async () => {
    const id = await conversation();
    const { id: redactionId } = await acceptedEntry(id);
    expect(await erasures.textHolds(tenantId, id)).toBe(true);
    clock.at += later;
    await resume();
    await local.ended(redactionId);
    expect(await stateOf(id, redactionId)).toBe('completed');
  });
});
