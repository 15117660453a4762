import { describe, expect, it } from 'vitest';
import { erasures, guards, parts } from '../../../functions/stores.ts';
import { ConversationNotFound } from '../../../shared/errors.ts';
import { freshId } from '../../support/augno-documents.ts';
import { everyItem, itemsWith } from '../../support/tables.ts';
import { append, conversationOf, redactAll, splitPart, tenantId } from '../../support/redactions.ts';

const pages = async (conversationId: string, forward: boolean, limit: number, from?: number) => {
  const all = [];
  let next = from;
  do {
    const page = await parts.readPage(tenantId, conversationId, { from: next, forward, limit });
    all.push(page.parts.map(({ sequence }) => sequence));
    next = page.next;
  } while (next !== undefined);
  return all;
};

describe('a page of parts', () => {
  it('over buckets and over gaps, both ways, gives each part once and says where to go on', async () => {
    const id = await conversationOf(3);
    // Reserved and never written: 3 to 996, so that a whole bucket is nearly empty.
    await guards.reserve(tenantId, id, 994);
    await append(
      id,
      Array.from({ length: 8 }, (_, n) => splitPart(`${id.slice(6)}_x${n}`)),
    );
    const sequences = [0, 1, 2, 997, 998, 999, 1000, 1001, 1002, 1003, 1004];

    for (const limit of [1, 2, 3, 4, 10, 11, 12, 500]) {
      const forward = await pages(id, true, limit);
      expect(forward.flat()).toEqual(sequences);
      expect(forward.every((page) => page.length <= limit && page.length > 0)).toBe(true);
      expect((await pages(id, false, limit)).flat()).toEqual(sequences.toReversed());
    }
    expect((await pages(id, true, 4, 2)).flat()).toEqual(sequences.slice(2));
    expect((await pages(id, true, 4, 500)).flat()).toEqual(sequences.slice(3));
    expect((await pages(id, false, 4, 996)).flat()).toEqual([2, 1, 0]);
    expect((await pages(id, false, 4, 99_999)).flat()).toEqual(sequences.toReversed());
    expect(await pages(id, true, 4, 99_999)).toEqual([[]]);
  });

  it('ends where its contents grow too large, and the next goes on behind it', async () => {
    const id = await conversationOf(0);
    const large = Array.from({ length: 30 }, (_, n) =>
      splitPart(
        `${id.slice(6)}_${n}`,
        n % 3 === 2 ? { content: undefined } : { content: { body: 'x'.repeat(300_000) } },
      ),
    );
    await append(id, large);
    for (const forward of [true, false]) {
      const read = await pages(id, forward, 500);
      expect(read.length).toBeGreaterThan(1);
      expect(read.every((page) => page.length > 0 && page.length < 30)).toBe(true);
      const all = Array.from({ length: 30 }, (_, n) => n);
      expect(read.flat()).toEqual(forward ? all : all.toReversed());
    }
  });

  it('shows a part that has no content as it is, before and after a redaction', async () => {
    const id = await conversationOf(0);
    await append(id, [splitPart('event', { content: undefined })]);
    const [before] = (await parts.readPage(tenantId, id, { forward: true, limit: 1 })).parts;
    await redactAll(id);
    const [after] = (await parts.readPage(tenantId, id, { forward: true, limit: 1 })).parts;
    expect(after!.structure).toEqual(before!.structure);
    expect([before!.content, after!.content]).toEqual([undefined, undefined]);
  });

  it('of a conversation that is not there says so', async () => {
    const request = { forward: true, limit: 1 };
    await expect(parts.readPage(tenantId, `augno:${freshId('cv')}`, request)).rejects.toThrow(ConversationNotFound);
  });
});

describe('a part', () => {
  it('is claimed by one of many who want its id', async () => {
    const id = await conversationOf(0);
    const claims = await Promise.all([7, 8, 9, 10].map((sequence) => parts.claim(tenantId, id, 'wanted', sequence)));
    expect(claims.filter(Boolean)).toHaveLength(1);
    expect(await parts.sequenceOf(tenantId, id, 'wanted')).toBe([7, 8, 9, 10][claims.indexOf(true)]);
  });

  it('is put by one of many, with the content of one of them', async () => {
    const id = await conversationOf(1);
    const put = await Promise.all(
      ['a', 'b', 'c'].map((body) => parts.put(tenantId, id, 5, splitPart('raced', { content: { body } }))),
    );
    expect(put.filter(Boolean)).toHaveLength(1);
    await guards.reserve(tenantId, id, 5);
    const { parts: read } = await parts.readPage(tenantId, id, { from: 5, forward: true, limit: 1 });
    expect(['a', 'b', 'c']).toContain(read[0]!.content!.body);
  });

  it('whose sequence was burnt comes too late: it stands, redacted, and its content is nowhere', async () => {
    const id = await conversationOf(1);
    const sequence = await guards.reserve(tenantId, id, 1);
    await erasures.erase(tenantId, id, [sequence], { redactionId: 'r1', erasedAt: 1000 });
    expect(await parts.put(tenantId, id, sequence, splitPart('late', { content: { body: 'canary of late' } }))).toBe(
      true,
    );
    expect(await parts.read(tenantId, id, 'late')).toBeUndefined();
    await parts.claim(tenantId, id, 'late', sequence);
    expect(await parts.read(tenantId, id, 'late')).toMatchObject({ id: 'late', sequence, redactedAt: 1000 });
    expect(await itemsWith('canary of late')).toEqual([]);
  });

  it('that stands is not changed by another put', async () => {
    const id = await conversationOf(1);
    const before = JSON.stringify(await everyItem());
    expect(await parts.put(tenantId, id, 0, splitPart('other', { content: { body: 'other' } }))).toBe(false);
    expect(JSON.stringify(await everyItem())).toBe(before);
  });
});
