import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resumeOpen } from '../../../functions/erasure/resume/resume-open.ts';
import { guards, ledger } from '../../../functions/stores.ts';
import { workflow } from '../../../functions/workflow-if-any.ts';
import type { RedactionRef } from '../../../shared/redactions/ledger-entry.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import { redactionIdOf } from '../../../shared/redactions/redaction.ts';
import { Killed } from '../../support/faults.ts';
import {
  caller,
  clock,
  readEntry,
  requestKey,
  sparseConversation,
  splitPart,
  stores as withoutWorkflow,
  tenantId,
} from '../../support/redactions.ts';
import { itemsWith } from '../../support/tables.ts';
import { startWorkflow } from '../../support/workflow.ts';

const stores = { ...withoutWorkflow, workflow };

let local: Awaited<ReturnType<typeof startWorkflow>>;
beforeAll(async () => {
  local = await startWorkflow();
});
afterAll(() => local.stop());

const command = (conversationId: string) => ({ caller, conversationId, scope: { kind: 'conversation' } }) as const;
const canaries = (id: string) => itemsWith(`canary of ${id.slice(6)}`, `canary title of ${id}`);
const killed = async () => {
  throw new Killed();
};

/** The ledger, of whose open entries the schedule sees one conversation's. */
const only = (id: string) => ({
  ...ledger,
  async *open(before: number) {
    for await (const ref of ledger.open(before)) if (ref.conversationId === id) yield ref;
  },
});

/** A gate that somebody reaches and waits at until it is opened. */
const gate = () => {
  const reached = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  return {
    pass: async <T>(value: T) => {
      reached.resolve();
      await opened.promise;
      return value;
    },
    reached: reached.promise,
    open: () => opened.resolve(),
  };
};

const goOn = async (id: string, redactionId: string) => {
  for (let minutes = 0; minutes < 8; minutes += 2) {
    clock.at += 2 * 60_000;
    await resumeOpen({ ...stores, ledger: only(id) })(() => 300_000);
    const { endedExecutions = 0 } = await readEntry(id, redactionId);
    await local.ended(endedExecutions ? `${redactionId}-${endedExecutions}` : redactionId).catch(() => undefined);
  }
};

/** A request that died two minutes ago, before it asked the guard. */
const diedBeforeTheGuard = async (id: string) => {
  const key = requestKey();
  const dying = { ...stores, guards: { ...guards, raise: killed } };
  await expect(redact(dying)(command(id), key)).rejects.toThrow(Killed);
  clock.at += 2 * 60_000;
  return { key, redactionId: redactionIdOf(tenantId, id, key) };
};

describe('a client that tries again beside the schedule', () => {
  it.each(['before', 'after'])(
    'is not acknowledged for nothing: the schedule refuses %s the ledger has the acceptance',
    async (when) => {
      const id = await sparseConversation(5_203, [0, 499, 2_500, 5_202]);
      const { key, redactionId } = await diedBeforeTheGuard(id);

      // The schedule has seen that the guard never accepted it, and is slow.
      const { pass, reached, open } = gate();
      const slow = { ...guards, read: async (...args: [string, string]) => pass(await guards.read(...args)) };
      const resumed = resumeOpen({ ...stores, guards: slow, ledger: only(id) })(() => 300_000);
      await reached;
      const accept: typeof ledger.accept = async (...args) => {
        const refuse = async () => {
          open();
          await resumed;
        };
        if (when === 'before') await refuse();
        const accepted = await ledger.accept(...args);
        if (when === 'after') await refuse();
        return accepted;
      };
      const retried = await redact({ ...stores, ledger: { ...ledger, accept } })(command(id), key);
      expect(retried.state).toBe('erasing');

      await local.ended(redactionId);
      await goOn(id, redactionId);
      expect([(await readEntry(id, redactionId)).state, await canaries(id)]).toEqual(['completed', []]);
    },
  );

  it('does not have the chunks renumbered that are finished already', async () => {
    const id = await sparseConversation(5_000, [0, 4_999]);
    const unstarted = { ...stores, workflow: { start: async () => true } };
    const earlier = await redact(unstarted)(command(id), undefined);
    await guards.reserve(tenantId, id, 5_000, {});
    for (const sequence of [5_000, 7_499, 7_500, 9_999]) {
      const part = splitPart(`${id.slice(6)}_${sequence}`);
      await withoutWorkflow.parts.claim(tenantId, id, part.id, sequence);
      await withoutWorkflow.parts.put(tenantId, id, sequence, part);
    }
    const key = requestKey();
    const redactionId = redactionIdOf(tenantId, id, key);
    const dying = { ...stores, ledger: { ...ledger, accept: killed } };
    await expect(redact(dying)(command(id), key)).rejects.toThrow(Killed);
    clock.at += 2 * 60_000;

    // The schedule has read the entry as requested, and is slow.
    const { pass, reached, open } = gate();
    const slow = { ...only(id), read: async (ref: RedactionRef) => pass(await ledger.read(ref)) };
    const notEarlier = {
      ...slow,
      async *open(before: number) {
        for await (const ref of slow.open(before)) if (ref.id === redactionId) yield ref;
      },
    };
    const resumed = resumeOpen({ ...stores, ledger: notEarlier })(() => 300_000);
    await reached;

    // The client's second try is accepted for 0 to 9,999; its execution finishes two chunks and dies.
    let chunks = 0;
    local.intercept((folder, run) => {
      if (folder === 'erasure/erase-chunk' && ++chunks > 2) throw new Killed();
      return run();
    });
    await redact(stores)(command(id), key);
    await local.ended(redactionId);
    local.intercept();
    // The earlier redaction completes, and what the guard leaves to erase begins at 5,000.
    await workflow.start(await readEntry(id, earlier.redactionId));
    await local.ended(earlier.redactionId);
    open();
    await resumed;

    await goOn(id, redactionId);
    expect([(await readEntry(id, redactionId)).state, await canaries(id)]).toEqual(['completed', []]);
    expect(await readEntry(id, redactionId)).toMatchObject({ run: { from: 0, through: 9_999 }, cells: 10_000 });
  });

  it('is not refused by a schedule that listed its first attempt', async () => {
    const id = await sparseConversation(3, [0, 1, 2]);
    const { key, redactionId } = await diedBeforeTheGuard(id);

    // The schedule has listed the entry; before it reads it, the client asks again, and is slow at the guard.
    const { pass, reached, open } = gate();
    const slow: typeof guards.raise = async (...args) => guards.raise(...(await pass(args)));
    const retried = redact({ ...stores, guards: { ...guards, raise: slow } })(command(id), key);
    await reached;
    await resumeOpen({
      ...stores,
      ledger: {
        ...ledger,
        async *open() {
          yield { tenantId, conversationId: id, id: redactionId, openedAt: clock.at - 2 * 60_000 };
        },
      },
    })(() => 300_000);
    expect((await readEntry(id, redactionId)).state).toBe('requested');
    open();

    expect((await retried).state).toBe('completed');
    expect([(await readEntry(id, redactionId)).attempt, await canaries(id)]).toEqual([2, []]);
  });
});
