import { AsyncLocalStorage } from 'node:async_hooks';
import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeOpen } from '../../../functions/erasure/resume/resume-open.ts';
import { workflow } from '../../../functions/workflow-if-any.ts';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import { isSettled, type Redaction } from '../../../shared/redactions/redaction.ts';
import { pk, sk } from '../../../shared/table.ts';
import { awsError, Killed } from '../../support/faults.ts';
import {
  caller,
  clock,
  conversationOf,
  sparseConversation,
  stores as withoutWorkflow,
  tenantId,
} from '../../support/redactions.ts';
import { startWorkflow } from '../../support/workflow.ts';

const runs = 200;
const runsInATest = 20;
// Three buckets, each a chunk of its own; an earlier redaction has erased most of the first.
const erasedBefore = 480;
const reserved = 1_021;
const written = [480, 481, 499, 500, 501, 733, 999, 1_000, 1_010, 1_020];
const tableName = requireEnv('TABLE_NAME');

/** Mulberry32: a seed gives the same faults each time, as far as the order of concurrent calls allows. */
const randomOf = (seed: number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

let completed = 0;
const happened = { killed: 0, throttled: 0, lost: 0, unprocessed: 0, notStarted: 0 };
interface Process {
  random: () => number;
  dead: boolean;
}
/** The process that a call belongs to: a request or one invocation of a task. Once it is dead, none of its calls gets through. */
const processes = new AsyncLocalStorage<Process>();

const kill = (running: Process) => {
  running.dead = true;
  happened.killed++;
  throw new Killed();
};

/** Faults of each attempt: the process dies before or after it, the table throttles, or the answer is lost. */
const addFaults = () =>
  documents.middlewareStack.add(
    (next) => async (args) => {
      const running = processes.getStore();
      if (!running) return next(args);
      if (running.dead) throw new Killed();
      const dice = running.random();
      if (dice < 0.004) return kill(running);
      if (dice < 0.02) {
        happened.throttled++;
        throw awsError('ThrottlingException', true);
      }
      const result = await next(args);
      if (running.dead) throw new Killed();
      if (dice > 0.996) return kill(running);
      if (dice > 0.985) {
        happened.lost++;
        throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', $retryable: {} });
      }
      return result;
    },
    { step: 'finalizeRequest', priority: 'low', name: 'faults' },
  );

/** Some of a batch are not taken: they do not reach the table and are given back. */
const addUnprocessed = () =>
  documents.middlewareStack.add(
    (next, context) => async (args) => {
      const { RequestItems } = args.input as { RequestItems?: Record<string, unknown[]> };
      const { random } = processes.getStore() ?? {};
      if (context['commandName'] !== 'BatchWriteItemCommand' || !RequestItems || !random || random() > 0.1)
        return next(args);
      const [[name, requests] = ['', []]] = Object.entries(RequestItems);
      const left = requests.slice(Math.floor(requests.length * random()) + 1);
      if (left.length === 0) return next(args);
      happened.unprocessed++;
      const taken = requests.slice(0, requests.length - left.length);
      const result = await next({ ...args, input: { ...args.input, RequestItems: { [name]: taken } } });
      Object.assign(result.output as object, { UnprocessedItems: { [name]: left } });
      return result;
    },
    { step: 'initialize', priority: 'high', name: 'unprocessed' },
  );

/** The faults of each conversation's redaction. */
const dice = new Map<string, () => number>();

let local: Awaited<ReturnType<typeof startWorkflow>>;
beforeAll(async () => {
  local = await startWorkflow();
  addFaults();
  addUnprocessed();
  local.intercept((_, run, payload) => {
    const id = /augno:cv_\w+/.exec(payload)![0];
    return processes.run({ random: dice.get(id)!, dead: false }, run);
  });
});
afterAll(async () => {
  documents.middlewareStack.remove('faults');
  documents.middlewareStack.remove('unprocessed');
  await local.stop();
});

/** What one run works with: a clock of its own, a schedule that sees its own entries, executions that may fail to start. */
const storesOf = (conversationId: string, random: () => number) => {
  const time = { at: clock.at };
  const { ledger } = withoutWorkflow;
  return {
    ...withoutWorkflow,
    time,
    now: () => time.at,
    ledger: {
      ...ledger,
      async *open(before: number) {
        for await (const ref of ledger.open(before)) if (ref.conversationId === conversationId) yield ref;
      },
    },
    workflow: {
      start: async (redaction: Redaction) => {
        await makeChunksOfBuckets(redaction);
        if (random() > 0.1) return workflow.start(redaction);
        happened.notStarted++;
        throw awsError('ThrottlingException');
      },
    },
  };
};

const makeChunksOfBuckets = ({ conversationId, id }: Redaction) =>
  documents.send(
    new UpdateCommand({
      TableName: tableName,
      Key: { pk: pk.conversation(tenantId, conversationId), sk: sk.redaction(id) },
      UpdateExpression: 'SET chunkBuckets = :one',
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );

const itemsOf = async (conversationId: string) => {
  const buckets = [0, 1, 2].map((bucket) => pk.bucket(tenantId, conversationId, bucket));
  const pages = await Promise.all(
    buckets.map((key) =>
      documents.send(
        new QueryCommand({
          TableName: tableName,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': key },
        }),
      ),
    ),
  );
  return pages.flatMap(({ Items = [] }) => Items);
};
const textOf = (items: Record<string, unknown>[]) => items.map((item) => JSON.stringify(item));
const isErasable = ({ sk: key }: Record<string, unknown>) => /^(C#|R#|GUARD)/.test(String(key));

const entriesOf = async (conversationId: string) =>
  (await withoutWorkflow.ledger.list(tenantId, conversationId, { limit: 10 })).redactions;

const executionOf = ({ id, endedExecutions = 0 }: Redaction) =>
  endedExecutions === 0 ? id : `${id}-${endedExecutions}`;

/** Whatever happens to the request, afterwards only the schedule goes on, minute after minute. */
const redactUnderFaults = async (conversationId: string, seed: number) => {
  const random = randomOf(seed);
  dice.set(conversationId, random);
  const stores = storesOf(conversationId, random);
  const inProcess = (run: () => Promise<unknown>) => processes.run({ random, dead: false }, run);
  const request = () =>
    redact(stores)({ caller, conversationId, scope: { kind: 'conversation' } }, { route: 'test', key: `seed-${seed}` });
  const [answer] = await Promise.allSettled([inProcess(request)]);
  for (let minutes = 0; minutes < 60; minutes++) {
    const [entry] = await entriesOf(conversationId);
    if (!entry || isSettled(entry)) return { answer, entry };
    await local.ended(executionOf(entry)).catch(() => undefined);
    stores.time.at += 2 * 60_000;
    // Now and then the client tries again beside the schedule.
    const clients = random() < 0.3 ? [inProcess(request)] : [];
    await Promise.allSettled([inProcess(() => resumeOpen(stores)(() => 300_000)), ...clients]);
  }
  return { answer, entry: (await entriesOf(conversationId))[0] };
};

describe('200 redactions of three buckets, with kills, throttles, lost answers and unprocessed items', () => {
  const seeds = Array.from({ length: runs }, (_, seed) => seed);
  const groups = Array.from({ length: runs / runsInATest }, (_, n) =>
    seeds.slice(n * runsInATest).slice(0, runsInATest),
  );

  it.each(groups)(
    'with the seeds from %i on are accepted and completed, or nothing happened at all',
    async (...group) => {
      const bystander = await conversationOf(3);
      const beside = textOf(await itemsOf(bystander));
      const check = async (seed: number) => {
        const id = await sparseConversation(reserved, written);
        await withoutWorkflow.guards.settle(tenantId, id, 'cleared', erasedBefore - 1);
        const before = await itemsOf(id);
        const { answer, entry } = await redactUnderFaults(id, seed);

        const after = await itemsOf(id);
        const canaries = textOf(after).filter((item) => item.includes('canary')).length;
        const unharmed = textOf(after.filter((item) => !isErasable(item)));
        expect(unharmed, `seed ${seed}`).toEqual(textOf(before.filter((item) => !isErasable(item))));
        if (entry?.state === 'completed') {
          completed++;
          expect([seed, canaries, entry.verified, entry.cells]).toEqual([seed, 0, true, reserved - erasedBefore]);
        } else {
          // Never accepted, so nobody was told that it was, and all is as it had been.
          expect([seed, answer.status, entry?.state ?? 'refused']).toEqual([seed, 'rejected', 'refused']);
          expect(canaries).toBe(written.length + 1);
          const guard = await withoutWorkflow.guards.read(tenantId, id);
          expect([guard.clearedThrough, guard.redactedThrough]).toEqual([undefined, undefined]);
        }
      };
      await pMap(group, check, { concurrency: 10 });
      expect(textOf(await itemsOf(bystander))).toEqual(beside);
    },
  );

  it('met every kind of fault, and most of them were accepted', () => {
    expect(completed).toBeGreaterThan(runs * 0.8);
    const kinds = Object.values(happened);
    expect(Math.min(...kinds), JSON.stringify(happened)).toBeGreaterThan(10);
  });
});
