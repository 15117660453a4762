import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { requireEnv } from '../../../shared/env.ts';
import { timeToAnswer } from '../../../shared/http/entry.ts';
import { lockMargin } from '../../../shared/http/idempotent.ts';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { augnoApi, expungeApi, imported } from '../../support/endpoints.ts';
import { awsError, type Fault, withFaults } from '../../support/faults.ts';
import { keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-late');
});
afterEach(() => {
  vi.useRealTimers();
});

const withKey = (idempotencyKey: string) => ({ headers: { 'idempotency-key': idempotencyKey } });

/** Keeps what the guards are told waiting until it is let go. */
const stuck = () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const decide = ({ command, input }: { command: string; input: any }): Fault =>
    command === 'UpdateItemCommand' && input.TableName === requireEnv('TABLE_NAME')
      ? { before: () => promise }
      : undefined;
  return { decide, letGo: resolve };
};

describe('a request whose time runs out', () => {
  it('is answered before the function ends, in the words of the API', async () => {
    const id = await imported(key, documentOf(1));
    const { decide, letGo } = stuck();
    await withFaults(decide, async () => {
      const startedAt = Date.now();
      const late = { remaining: timeToAnswer + 1_000 };
      const answers = await Promise.all([expungeApi.hold(key, id, true, late), augnoApi.hold(key, id, 'held', late)]);
      expect(Date.now() - startedAt).toBeLessThan(timeToAnswer);
      expect(answers.map(({ status, body }) => [status, body.error.code])).toEqual([
        [504, 'timeout'],
        [504, 'timeout'],
      ]);
      letGo();
      // What was stuck ends here, and not among the next test's faults.
      await setTimeout(100);
    });
  });

  it('changes nothing after its answer, whenever Lambda lets it go on', async () => {
    const id = await imported(key, documentOf(1));
    expect((await expungeApi.hold(key, id, true)).status).toBe(200);
    const { decide, letGo } = stuck();
    await withFaults(decide, async () => {
      const { status } = await expungeApi.hold(key, id, false, { remaining: timeToAnswer + 300 });
      expect(status).toBe(504);
      letGo();
      await setTimeout(100);
    });
    // The release was not carried out: it would let pass what the hold, placed again meanwhile, is there for.
    expect((await expungeApi.redact(key, id)).status).toBe(409);
  });

  it('keeps its idempotency key for as long as the function could still be at work, and frees it then', async () => {
    const id = await imported(key, documentOf(1));
    const own = withKey(freshId('late'));
    const remaining = timeToAnswer + 1_000;
    const { decide, letGo } = stuck();
    const endsAt = Date.now() + remaining;
    await withFaults(decide, async () => {
      expect((await expungeApi.hold(key, id, true, { ...own, remaining })).status).toBe(504);
    });
    const repeatedAt = async (time: number) => {
      vi.useFakeTimers({ toFake: ['Date'], now: time });
      const { status, body, headers } = await expungeApi.hold(key, id, true, own);
      return [status, body.error?.code, headers['idempotent-replayed']];
    };

    expect(await repeatedAt(Date.now())).toEqual([409, 'idempotency_in_progress', undefined]);
    expect(await repeatedAt(endsAt + lockMargin / 2)).toEqual([409, 'idempotency_in_progress', undefined]);
    expect(await repeatedAt(endsAt + lockMargin + 1_000)).toEqual([200, undefined, undefined]);
    letGo();
  });
});

it.each([
  ['does not answer in time', Object.assign(awsError('TimeoutError'), { code: 'ETIMEDOUT' })],
  ['fails by its own fault', Object.assign(awsError('InternalFailure'), { $metadata: { httpStatusCode: 500 } })],
  // What the SDK makes of a page of HTML.
  ['is out of order', Object.assign(new SyntaxError('Unexpected token'), { $metadata: { httpStatusCode: 503 } })],
])('a table that %s is one that is busy: 503, and another try is welcome', async (_, failure) => {
  const id = await imported(key, documentOf(1));
  const answers = await withFaults(
    ({ input }) => (input.TableName === requireEnv('TABLE_NAME') ? { throwBefore: failure } : undefined),
    async () => [await expungeApi.redact(key, id), await augnoApi.redact(key, id)],
  );
  expect(answers.map(({ status, headers }) => [status, headers['retry-after']])).toEqual([
    [503, '1'],
    [503, '1'],
  ]);
});
