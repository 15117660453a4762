import { beforeAll, describe, expect, it } from 'vitest';
import { resumeOpen } from '../../functions/erasure/resume/resume-open.ts';
import { guards } from '../../functions/stores.ts';
import { documents } from '../../shared/clients.ts';
import { requireEnv } from '../../shared/env.ts';
import { IdempotencyInProgress, LegalHold, Unavailable } from '../../shared/errors.ts';
import { redact } from '../../shared/redactions/redact.ts';
import { apiKeyStore, permissions } from '../../shared/tenants/api-key-store.ts';
import { acceptance } from '../support/acceptance.ts';
import { documentOf, freshId, message } from '../support/augno-documents.ts';
import { augnoApi, everyPart, expungeApi, imported } from '../support/endpoints.ts';
import { type Attempt, Killed, killAfter, withFaults } from '../support/faults.ts';
import { holdingBack } from '../support/late-copies.ts';
import { caller, requestKey, stores } from '../support/redactions.ts';
import { itemsWith, keyOf } from '../support/tables.ts';

/**
 * DynamoDB may apply a request after its sender has stopped waiting and sent it again. Each story lets the retry be acknowledged,
 * has something else decided, and applies the first copy then.
 */

const tenant = 'tenant-late';
let key: string;
beforeAll(async () => {
  key = await keyOf(tenant);
});

const sortKeyOf = ({ input }: Attempt): string => {
  const item = input.Key ?? input.Item ?? {};
  return item.sk?.S ?? item.sk ?? '';
};
const isGuardWrite = (attempt: Attempt) => attempt.command === 'UpdateItemCommand' && sortKeyOf(attempt) === 'GUARD';
const isHoldWrite = (attempt: Attempt) => isGuardWrite(attempt) && attempt.input.UpdateExpression.includes('heldSince');
const isAcceptance = (attempt: Attempt) =>
  isGuardWrite(attempt) &&
  (acceptance.test(attempt.input.UpdateExpression) || /lastRedaction/.test(attempt.input.UpdateExpression));
const isRequest = (attempt: Attempt) => attempt.command === 'PutItemCommand' && sortKeyOf(attempt).startsWith('R#');

const answerOf = <T>(result: PromiseSettledResult<T>): T => {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
};
/** The bodies of a conversation's messages as readers see them. */
const bodiesOf = async (id: string) => (await everyPart(key, id)).map(({ part }) => part.body);
const isHeld = async (id: string) => (await guards.read(tenant, `augno:${id}`)).held;
const hold = (id: string, held: boolean) => expungeApi.hold(key, id, held);
const stateOf = async (id: string) => (await expungeApi.redactions(key, id)).body.data[0].state;
/** The schedule, two minutes later, in which nobody is at work any more. */
const resume = () => resumeOpen({ ...stores, now: () => Date.now() + 120_000 })(() => 300_000);
const place = (id: string) => guards.setLegalHold(tenant, `augno:${id}`, true, Date.now());
const lostAnswer = () => Object.assign(new Error('no answer'), { name: 'TimeoutError', $retryable: {} });

describe('a late copy', () => {
  it('of a release does not remove a hold that was placed since', async () => {
    const id = await imported(key, documentOf(1));
    await hold(id, true);
    const { result, late } = await holdingBack(isHoldWrite, () => hold(id, false));
    expect(answerOf(result)).toMatchObject({ status: 200, body: { held: false } });
    expect((await hold(id, true)).body.held).toBe(true);

    await late.apply();

    expect(await isHeld(id)).toBe(true);
    expect((await augnoApi.redact(key, id)).status).toBe(400);
    expect(await bodiesOf(id)).not.toContain(null);
  });

  it('of a release that found nothing to release does not remove a hold that was placed since', async () => {
    const id = await imported(key, documentOf(1));
    const { late } = await holdingBack(isHoldWrite, () => hold(id, false));
    await hold(id, true);
    await late.apply();
    expect(await isHeld(id)).toBe(true);
  });

  it('of a placing does not hold again what was released since', async () => {
    const id = await imported(key, documentOf(1));
    const { result, late } = await holdingBack(isHoldWrite, () => hold(id, true));
    expect(answerOf(result)).toMatchObject({ status: 200, body: { held: true } });
    expect((await hold(id, false)).body.held).toBe(false);

    await late.apply();

    expect(await isHeld(id)).toBe(false);
    expect((await augnoApi.redact(key, id)).status).toBe(200);
  });

  it('of an acceptance does not cover a message that was appended since', async () => {
    const id = await imported(key, documentOf(2));
    const { result, late } = await holdingBack(isAcceptance, () => augnoApi.redact(key, id));
    expect(answerOf(result).headers['redaction-state']).toBe('completed');
    const appended = message(freshId('mg'), 9);
    expect((await expungeApi.append(key, id, [appended])).status).toBe(200);

    await late.apply();

    expect((await bodiesOf(id)).at(-1)).toBe(appended.body);
  });

  it('of the acceptance of a request that died, and that the schedule refused, masks nothing', async () => {
    const id = await imported(key, documentOf(2));
    const { late } = await holdingBack(isAcceptance, () => augnoApi.redact(key, id), { dies: true });
    await resume();
    expect(await stateOf(id)).toBe('refused');

    await late.apply();

    expect(await bodiesOf(id)).not.toContain(null);
  });

  it('of the acceptance of a request that died, and that the watermark of another one covers, masks no later message', async () => {
    const id = await imported(key, documentOf(1));
    let others = 0;
    const dying = withFaults(
      // Another redaction comes first, and then a message, so that the acceptance is decided anew, for one message more.
      (attempt) =>
        isAcceptance(attempt) && others++ === 0
          ? {
              before: async () => {
                await augnoApi.redact(key, id);
                await expungeApi.append(key, id, [message(freshId('mg'), 9)]);
              },
            }
          : undefined,
      () => {
        let tries = 0;
        const isLast = (attempt: Attempt) => isAcceptance(attempt) && ++tries === 3;
        return holdingBack(isLast, () => augnoApi.redact(key, id), { dies: true });
      },
    );
    const { late } = await dying;
    await resume();

    await late.apply();

    expect((await bodiesOf(id)).at(-1)).not.toBeNull();
  });

  it('of a request for a redaction that a hold refused does not have it carried out after the release', async () => {
    const id = await imported(key, documentOf(2));
    const { result, late } = await holdingBack(isRequest, () =>
      withFaults(
        (attempt) => (isAcceptance(attempt) ? { before: () => place(id) } : undefined),
        () => expungeApi.redact(key, id, { parts: [`mg_${id}_0`] }),
      ),
    );
    expect([answerOf(result).status, await stateOf(id)]).toEqual([409, 'refused']);

    await late.apply();
    await hold(id, false);
    await resume();

    expect(await stateOf(id)).toBe('refused');
    expect(await bodiesOf(id)).not.toContain(null);
  });

  it('of the making of an API key does not let it work again after it was revoked, nor list it', async () => {
    const store = apiKeyStore(documents, requireEnv('TABLE_NAME'));
    for (const kind of [/^KEY$/, /^KEY#/]) {
      const isMaking = (attempt: Attempt) => attempt.command === 'PutItemCommand' && kind.test(sortKeyOf(attempt));
      const { result, late } = await holdingBack(isMaking, () =>
        store.create('tenant-revoked', permissions, new Date()),
      );
      const made = answerOf(result);
      expect(await store.find(made.key)).toBeDefined();
      await store.revoke('tenant-revoked', made.keyId, new Date());

      await late.apply();

      expect(await store.find(made.key)).toBeUndefined();
      expect(await store.list('tenant-revoked')).toEqual([]);
    }
  });

  it('of the deletion of an idempotency record does not let its key place a hold again that was released', async () => {
    const id = await imported(key, documentOf(1));
    const headers = { 'idempotency-key': freshId('key') };
    const placing = () => expungeApi.hold(key, id, true, { headers });
    const isDeletion = ({ command }: Attempt) => command === 'DeleteItemCommand';
    const { result, late } = await holdingBack(isDeletion, () =>
      withFaults((attempt) => (isHoldWrite(attempt) ? { throwBefore: new Unavailable('busy') } : undefined), placing),
    );
    expect(answerOf(result).status).toBe(503);
    expect(late.attempts()).toBe(2);
    expect((await placing()).body.held).toBe(true);
    expect((await hold(id, false)).body.held).toBe(false);

    await late.apply();

    const repeated = await placing();
    expect(repeated).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' }, body: { held: false } });
    expect(await isHeld(id)).toBe(false);
  });
});

describe('a redaction of named parts that a hold meets between its acceptance and its erasure', () => {
  const partOf = (id: string) => ({ parts: [`mg_${id}_0`] });
  const canaries = (id: string) => itemsWith(`canary body of mg_${id}`);

  it('is refused if the answer to its acceptance is lost and the hold comes before it is tried again', async () => {
    const id = await imported(key, documentOf(2));
    let tries = 0;
    const answer = await withFaults(
      (attempt) => {
        if (!isAcceptance(attempt)) return undefined;
        return ++tries === 1 ? { throwAfter: lostAnswer() } : { before: () => place(id) };
      },
      () => expungeApi.redact(key, id, partOf(id)),
    );
    expect([tries, answer.status, await stateOf(id)]).toEqual([2, 409, 'refused']);
    expect(await bodiesOf(id)).not.toContain(null);

    await hold(id, false);
    await resume();
    expect([await stateOf(id), (await canaries(id)).length]).toEqual(['refused', 2]);
  });

  const isRecorded = ({ command, input }: Attempt) =>
    command === 'UpdateItemCommand' && input.ExpressionAttributeNames?.['#acceptedAt'] !== undefined;

  it.each([
    ['before its acceptance was recorded', isAcceptance, LegalHold],
    // Then the schedule alone refuses it: it may be at work on it, from before the hold.
    ['after that', isRecorded, IdempotencyInProgress],
  ])(
    'is refused to whoever sends it again after it died %s, and stays so after the release',
    async (_, last, first) => {
      const id = await imported(key, documentOf(2));
      const command = {
        caller: { ...caller, tenantId: tenant },
        conversationId: `augno:${id}`,
        scope: { kind: 'parts' as const, partIds: partOf(id).parts },
        sequences: [0],
      };
      const again = requestKey();
      await expect(withFaults(killAfter(last), () => redact(stores)(command, again))).rejects.toThrow(Killed);
      await place(id);
      await expect(redact(stores)(command, again)).rejects.toThrow(first);
      await resume();
      expect(await stateOf(id)).toBe('refused');
      await expect(redact(stores)(command, again)).rejects.toThrow(LegalHold);
      await hold(id, false);
      await resume();
      expect([await stateOf(id), (await canaries(id)).length]).toEqual(['refused', 2]);
    },
  );

  it('is refused by the schedule, and says how much of it was erased before', async () => {
    const id = await imported(key, documentOf(60));
    let batches = 0;
    await withFaults(
      killAfter(({ command }) => command === 'BatchWriteItemCommand' && ++batches === 1),
      () => expungeApi.redact(key, id, { parts: Array.from({ length: 60 }, (_, n) => `mg_${id}_${n}`) }),
    );
    await place(id);
    await resume();
    const left = (await canaries(id)).length;
    const [entry] = (await expungeApi.redactions(key, id)).body.data;
    expect(left).toBeGreaterThan(0);
    expect(entry).toMatchObject({ state: 'refused', parts: 60, erased: 60 - left });

    await hold(id, false);
    await resume();
    expect((await canaries(id)).length).toBe(left);
  });

  it('waits for the release if all that it names is gone by then', async () => {
    const id = await imported(key, documentOf(2));
    await withFaults(
      killAfter(({ command }) => command === 'BatchWriteItemCommand'),
      () => expungeApi.redact(key, id, partOf(id)),
    );
    await place(id);
    await resume();
    expect(await stateOf(id)).toBe('halted');
    await hold(id, false);
    await resume();
    expect(await stateOf(id)).toBe('completed');
  });
});
