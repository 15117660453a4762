import { describe, expect, it } from 'vitest';
import { guards } from '../../../functions/stores.ts';
import { ConversationNotFound, LegalHold } from '../../../shared/errors.ts';
import { freshId } from '../../support/augno-documents.ts';
import { everyItem } from '../../support/tables.ts';

const tenantId = 'tenant-guard';
const fresh = async (held?: number) => {
  const id = `augno:${freshId('cv')}`;
  await guards.createIfAbsent(tenantId, id, held);
  return id;
};
const itemOf = async (id: string) =>
  (await everyItem()).find(({ pk, sk }) => String(pk).endsWith(id) && sk === 'GUARD');

describe('the guard', () => {
  it('is made once, and a second time changes nothing', async () => {
    const id = `augno:${freshId('cv')}`;
    const made = await Promise.all([1, 2, 3, 4, 5].map((heldSince) => guards.createIfAbsent(tenantId, id, heldSince)));
    expect(made.filter(Boolean)).toHaveLength(1);
    const before = await itemOf(id);
    expect(await guards.createIfAbsent(tenantId, id, undefined)).toBe(false);
    expect(await itemOf(id)).toEqual(before);
  });

  it('reserves disjoint runs for all who ask at the same time, without a gap', async () => {
    const id = await fresh();
    const counts = [3, 1, 25, 7, 500, 2, 11, 1];
    const firsts = await Promise.all(counts.map((count) => guards.reserve(tenantId, id, count)));
    const reserved = firsts.flatMap((first, n) => Array.from({ length: counts[n]! }, (_, m) => first + m));
    expect(reserved.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 550 }, (_, n) => n));
    expect((await guards.read(tenantId, id)).nextSequence).toBe(550);
  });

  it('remembers that some part keeps what its vendor leaves', async () => {
    const id = await fresh();
    await guards.reserve(tenantId, id, 1);
    expect((await guards.read(tenantId, id)).keeps).toBe(false);
    await guards.reserve(tenantId, id, 1, { keeps: true });
    await guards.reserve(tenantId, id, 1);
    expect((await guards.read(tenantId, id)).keeps).toBe(true);
  });

  it('sets the watermark to the last sequence that was reserved, and no further', async () => {
    const id = await fresh();
    await guards.reserve(tenantId, id, 10);
    const accepted = await guards.raise(tenantId, id, 'r1', 'redacted', 1000);
    expect(accepted).toMatchObject({ redactedThrough: 9, redactedAt: 1000, nextSequence: 10, held: false });
    expect(accepted.clearedThrough).toBeUndefined();
    await guards.reserve(tenantId, id, 5);
    expect((await guards.read(tenantId, id)).redactedThrough).toBe(9);
    expect(await guards.raise(tenantId, id, 'r2', 'cleared', 2000)).toMatchObject({
      redactedThrough: 9,
      clearedThrough: 14,
    });
  });

  it('covers every sequence that was reserved before, whatever runs beside', async () => {
    const id = await fresh();
    const [before, ...rest] = await Promise.all([
      guards.reserve(tenantId, id, 10),
      guards.raise(tenantId, id, 'r1', 'cleared', 1000),
      guards.reserve(tenantId, id, 10),
      guards.raise(tenantId, id, 'r2', 'cleared', 1001),
    ]);
    expect(before).toBeTypeOf('number');
    const watermarks = rest.filter((guard) => typeof guard === 'object').map(({ clearedThrough }) => clearedThrough!);
    const { clearedThrough, nextSequence } = await guards.read(tenantId, id);
    expect(nextSequence).toBe(20);
    expect(clearedThrough).toBe(Math.max(...watermarks));
    expect([-1, 9, 19]).toContain(clearedThrough);
  });

  it('for named parts raises no watermark', async () => {
    const id = await fresh();
    await guards.reserve(tenantId, id, 3);
    const guard = await guards.admit(tenantId, id, 'r1');
    expect([guard.redactedThrough, guard.clearedThrough]).toEqual([undefined, undefined]);
  });

  it('refuses under legal hold and keeps its bytes; either the hold or the redaction comes first', async () => {
    const id = await fresh(1);
    const before = await itemOf(id);
    await expect(guards.raise(tenantId, id, 'r1', 'cleared', 1000)).rejects.toThrow(LegalHold);
    expect(await itemOf(id)).toEqual(before);

    for (let n = 0; n < 10; n++) {
      const raced = await fresh();
      await guards.reserve(tenantId, raced, 1);
      const [accepted] = await Promise.allSettled([
        guards.raise(tenantId, raced, 'r1', 'cleared', 1000),
        guards.setLegalHold(tenantId, raced, true, 999),
      ]);
      const guard = await guards.read(tenantId, raced);
      expect(guard.held).toBe(true);
      expect(guard.clearedThrough).toBe(accepted.status === 'fulfilled' ? 0 : undefined);
    }
  });

  it('is held since the first time, and released by one release', async () => {
    const id = await fresh();
    await Promise.all([1, 2, 3].map((now) => guards.setLegalHold(tenantId, id, true, now)));
    const { heldSince } = (await itemOf(id))!;
    await guards.setLegalHold(tenantId, id, true, 9);
    expect((await itemOf(id))!.heldSince).toBe(heldSince);
    await guards.setLegalHold(tenantId, id, false, 10);
    expect((await guards.read(tenantId, id)).held).toBe(false);
  });

  it('never goes back in how far the destruction is verified', async () => {
    const id = await fresh();
    await Promise.all([5, 20, 10].map((through) => guards.settle(tenantId, id, 'redacted', through)));
    await guards.settle(tenantId, id, 'redacted', 19);
    await guards.settle(tenantId, id, 'cleared', 3);
    expect(await guards.read(tenantId, id)).toMatchObject({ erasedThrough: 20, erasedClearedThrough: 3 });
  });

  it('of a conversation that is not there is made by nothing', async () => {
    const id = `augno:${freshId('cv')}`;
    await expect(guards.read(tenantId, id)).rejects.toThrow(ConversationNotFound);
    await expect(guards.reserve(tenantId, id, 1)).rejects.toThrow(ConversationNotFound);
    await expect(guards.setLegalHold(tenantId, id, true, 1)).rejects.toThrow(ConversationNotFound);
    await expect(guards.setLegalHold(tenantId, id, false, 1)).rejects.toThrow(ConversationNotFound);
    await expect(guards.raise(tenantId, id, 'r1', 'cleared', 1)).rejects.toThrow(ConversationNotFound);
    expect(await itemOf(id)).toBeUndefined();
  });
});
