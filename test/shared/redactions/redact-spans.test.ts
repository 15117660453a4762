import { beforeEach, describe, expect, it } from 'vitest';
import { resumeOpen } from '../../../functions/erasure/resume/resume-open.ts';
import { guards, ledger } from '../../../functions/stores.ts';
import type { Part } from '../../../shared/conversations/conversation.ts';
import type { Masking } from '../../../shared/conversations/masking.ts';
import { IdempotencyInProgress, LegalHold, PartChanged, PartNotFound } from '../../../shared/errors.ts';
import { redactSpans } from '../../../shared/redactions/redact-spans.ts';
import type { RequestKey } from '../../../shared/redactions/redaction.ts';
import { type Attempt, killAfter, Killed, withFaults } from '../../support/faults.ts';
import {
  append,
  caller,
  clock,
  conversationOf,
  now,
  readAll,
  redactAll,
  requestKey,
  splitPart,
  stores,
  tenantId,
} from '../../support/redactions.ts';
import { itemsWith } from '../../support/tables.ts';

const secret = 'canary-8475';

/** Masks every occurrence of the secret in the body, as a dialect would. */
const maskSecret = ({ content }: Part): Masking | undefined => {
  const body = (content?.body ?? '') as string;
  const from = body.indexOf(secret);
  if (from < 0) return undefined;
  return { spans: [{ path: ['body'], from, to: from + secret.length }], clear: [['copy']], mask: '▇▇▇▇' };
};

const conversationWithSecret = async () => {
  const id = await conversationOf(1);
  const content = { body: `My PIN is ${secret}!`, copy: `My PIN is ${secret}!`, more: 'stays' };
  await append(id, [splitPart(`pin_${id.slice(6)}`, { content })]);
  return { id, partId: `pin_${id.slice(6)}` };
};
const redactSecret = (id: string, partId: string, key?: RequestKey, mask = maskSecret) =>
  redactSpans(stores)({ caller, conversationId: id, partId, mask }, key);
const bodyOf = async (id: string) => (await readAll(id)).at(-1)?.content;

const isMask = ({ command, input }: Attempt) =>
  command === 'UpdateItemCommand' && String(input.Key?.sk?.S ?? input.Key?.sk).startsWith('C#');
const isAcceptance = ({ command, input }: Attempt) =>
  command === 'UpdateItemCommand' && (input.Key?.sk?.S ?? input.Key?.sk) === 'GUARD';

beforeEach(() => {
  clock.at += 60 * 60_000;
});

describe('a redaction of spans', () => {
  it('masks them, removes the copies, and leaves the rest of the part and all others', async () => {
    const { id, partId } = await conversationWithSecret();
    const receipt = await redactSecret(id, partId);
    expect(receipt.state).toBe('completed');
    expect(await bodyOf(id)).toEqual({ body: 'My PIN is ▇▇▇▇!', more: 'stays' });
    expect((await readAll(id))[0]?.content).toBeDefined();
    expect(await itemsWith(secret)).toEqual([]);
  });

  it('that has nothing to mask changes nothing and succeeds', async () => {
    const { id, partId } = await conversationWithSecret();
    await redactSecret(id, partId);
    const before = await readAll(id);
    expect((await redactSecret(id, partId)).state).toBe('completed');
    expect(await readAll(id)).toEqual(before);
  });

  it('is refused where the text changed after it was looked at, and changes nothing', async () => {
    const { id, partId } = await conversationWithSecret();
    let raced = false;
    const attempt = withFaults(
      (call) => {
        if (raced || !isAcceptance(call)) return undefined;
        raced = true;
        const other = () => ({ spans: [{ path: ['body'], from: 0, to: 2 }], clear: [], mask: '▇▇▇▇' });
        return { before: async () => void (await redactSecret(id, partId, undefined, other)) };
      },
      () => redactSecret(id, partId),
    );
    await expect(attempt).rejects.toThrow(PartChanged);
    expect((await bodyOf(id))?.body).toBe(`▇▇▇▇ PIN is ${secret}!`);
    const { redactions } = await ledger.list(tenantId, id, { limit: 10 });
    expect(redactions.map(({ state }) => state).toSorted()).toEqual(['completed', 'refused']);
  });

  it('of two at once, both on the same text, applies one', async () => {
    const { id, partId } = await conversationWithSecret();
    const outcomes = await Promise.allSettled([redactSecret(id, partId), redactSecret(id, partId)]);
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true);
    expect((await bodyOf(id))?.body).toBe('My PIN is ▇▇▇▇!');
  });

  it('knows its own mask again when the answer to the write is lost', async () => {
    const { id, partId } = await conversationWithSecret();
    let lost = false;
    await withFaults(
      (call) => {
        if (lost || !isMask(call)) return undefined;
        lost = true;
        return { throwAfter: Object.assign(new Error('socket hang up'), { name: 'TimeoutError', $retryable: {} }) };
      },
      () => redactSecret(id, partId),
    );
    expect(lost).toBe(true);
    expect((await bodyOf(id))?.body).toBe('My PIN is ▇▇▇▇!');
  });

  it.each([
    ['after it was accepted', isAcceptance],
    ['after the mask', isMask],
  ])('that is killed %s is finished by a retry with its key, and without anybody', async (_, point) => {
    for (const finish of ['retry', 'resume']) {
      const { id, partId } = await conversationWithSecret();
      const key = requestKey();
      await expect(withFaults(killAfter(point), () => redactSecret(id, partId, key))).rejects.toThrow(Killed);
      clock.at += 2 * 60_000;
      if (finish === 'retry') await redactSecret(id, partId, key);
      else await resumeOpen(stores)(() => 300_000);
      expect((await bodyOf(id))?.body).toBe('My PIN is ▇▇▇▇!');
      expect((await ledger.list(tenantId, id, { limit: 10 })).redactions).toMatchObject([{ state: 'completed' }]);
    }
  });

  it('that is refused while the same key asks again does not succeed with nothing masked', async () => {
    const { id, partId } = await conversationWithSecret();
    const key = requestKey();
    await expect(withFaults(killAfter(isAcceptance), () => redactSecret(id, partId, key))).rejects.toThrow(Killed);
    // The retry has seen the first attempt under way; a hold then has it refused, and is released, before the retry asks.
    const refusing = {
      ...ledger,
      request: async (...args: Parameters<typeof ledger.request>) => {
        await guards.setLegalHold(tenantId, id, true, now());
        clock.at += 120_000;
        await resumeOpen(stores)(() => 300_000);
        await guards.setLegalHold(tenantId, id, false, now());
        return ledger.request(...args);
      },
    };
    const command = { caller, conversationId: id, partId, mask: maskSecret };
    const retried = redactSpans({ ...stores, ledger: refusing })(command, key);
    await expect(retried).rejects.toThrow(IdempotencyInProgress);
    expect((await bodyOf(id))?.['body']).toContain(secret);

    expect((await redactSecret(id, partId, key)).state).toBe('completed');
    expect((await bodyOf(id))?.['body']).not.toContain(secret);
  });

  it('puts no text into the ledger', async () => {
    const { id, partId } = await conversationWithSecret();
    await redactSecret(id, partId);
    const { redactions } = await ledger.list(tenantId, id, { limit: 10 });
    expect(redactions[0]?.scope).toEqual({
      kind: 'spans',
      partIds: [partId],
      masking: { spans: [{ path: ['body'], from: 10, to: 10 + secret.length }], clear: [['copy']], mask: '▇▇▇▇' },
      version: 1,
    });
  });

  it('is refused under legal hold and for a part that is not there', async () => {
    const { id, partId } = await conversationWithSecret();
    await expect(redactSecret(id, 'nobody')).rejects.toThrow(PartNotFound);
    await guards.setLegalHold(tenantId, id, true, now());
    await expect(redactSecret(id, partId)).rejects.toThrow(LegalHold);
    expect((await bodyOf(id))?.body).toContain(secret);
  });

  it('does not bring back what a whole redaction destroys while it runs', async () => {
    const { id, partId } = await conversationWithSecret();
    let raced = false;
    await withFaults(
      (call) => {
        if (raced || !isMask(call)) return undefined;
        raced = true;
        return { before: async () => void (await redactAll(id)) };
      },
      () => redactSecret(id, partId),
    );
    expect(raced).toBe(true);
    const left = await itemsWith('My PIN', secret);
    expect(left.filter(({ pk }) => String(pk).includes(id))).toEqual([]);
  });
});
