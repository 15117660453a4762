import { beforeAll, describe, expect, it } from 'vitest';
import { actor, documentOf, freshId, listOf, message } from '../../support/augno-documents.ts';
import { everyPart, expungeApi, imported } from '../../support/endpoints.ts';
import { everyItem, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-get');
});

/** When the vendor says that it last changed, as an answer shows it. */
const at = ({ created_at, updated_at }: { created_at: string; updated_at: string }) =>
  new Date(Math.max(Date.parse(created_at), Date.parse(updated_at))).toISOString();

/** Lambda's limit of an answer. */
const answerLimit = 6_291_556;

describe('GET /v1/conversations/{id}', () => {
  it("answers with the vendor's document and its parts", async () => {
    const document = documentOf(2);
    document.conversation.participants = listOf([{ id: 'cvpt_1', actor: actor('acus_ada'), role: 'owner' }]);
    const id = await imported(key, document);

    const answer = await expungeApi.get(key, id);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      object: 'conversation',
      id: `augno:${id}`,
      dialect: 'augno',
      legalHold: false,
      nextSequence: 2,
      changedAt: at(document.conversation),
      document: document.conversation,
      parts: document.messages.map((part, sequence) => ({
        id: part.id,
        sequence,
        changedAt: at(part),
        redactedAt: null,
        part,
      })),
      nextCursor: null,
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    });
  });

  it('shows a redacted conversation with its structure, and when each part was redacted', async () => {
    const document = documentOf(2);
    const id = await imported(key, document);
    const { body: redaction } = await expungeApi.redact(key, id);
    await expungeApi.append(key, id, [message('mg_after', 3)]);

    const { body } = await expungeApi.get(key, id);

    expect(body.document).toEqual({ ...document.conversation, title: null });
    const redactedAt = redaction.acceptedAt;
    expect(body.parts.slice(0, 2)).toEqual(
      document.messages.map((part, sequence) => ({
        id: part.id,
        sequence,
        changedAt: at(part),
        redactedAt,
        part: { ...part, body: null, edited_at: redactedAt, updated_at: redactedAt },
      })),
    );
    expect(body.parts[2]).toMatchObject({ redactedAt: null, part: { body: 'canary body of mg_after' } });
  });

  it('says that it is held', async () => {
    const id = await imported(key, documentOf(0));
    await expungeApi.hold(key, id, true);
    expect((await expungeApi.get(key, id)).body).toMatchObject({ legalHold: true, document: { legal_hold: 'held' } });
  });

  it('changes nothing', async () => {
    const id = await imported(key, documentOf(2));
    const before = JSON.stringify(await everyItem());
    await expungeApi.get(key, id);
    expect(JSON.stringify(await everyItem())).toBe(before);
  });
});

describe('paging', () => {
  const id = freshId('cv');
  const { conversation, messages } = documentOf(23, id);
  beforeAll(() => imported(key, { conversation, messages }));

  it.each([1, 7, 22, 23, 24, 500])('by %i reads every part once, in order, and ends', async (limit) => {
    expect((await everyPart(key, id, limit)).map((part) => part.id)).toEqual(messages.map((sent) => sent.id));
  });

  it('gives as many as asked for, and a cursor only where there is more', async () => {
    const first = await expungeApi.get(key, id, { limit: '10' });
    expect(first.body.parts).toHaveLength(10);
    expect(first.body.nextCursor).toEqual(expect.any(String));
    const last = await expungeApi.get(key, id, { limit: '10', cursor: '13' });
    expect(last.body.parts.map(({ sequence }: { sequence: number }) => sequence)).toEqual([
      13, 14, 15, 16, 17, 18, 19, 20, 21, 22,
    ]);
    expect(last.body.nextCursor).toBeNull();
  });

  it('gives 100 where no limit is asked for', async () => {
    const large = await imported(key, documentOf(101));
    expect((await expungeApi.get(key, large)).body.parts).toHaveLength(100);
  });

  it('behind the end is empty', async () => {
    const { body } = await expungeApi.get(key, id, { cursor: '999999999' });
    expect(body).toMatchObject({ parts: [], nextCursor: null });
  });

  it('goes over the bounds of buckets, and over sequences that no part has', async () => {
    const many = await imported(key, documentOf(500));
    await Promise.all(Array.from({ length: 2 }, () => expungeApi.append(key, many, documentOf(300, 'x').messages)));
    const read = await everyPart(key, many, 333);
    expect(read).toHaveLength(800);
    expect(new Set(read.map((part) => part.id)).size).toBe(800);
  });

  it.each([
    ['a limit of none', { limit: '0' }, 'limit'],
    ['a limit over 500', { limit: '501' }, 'limit'],
    ['a limit that is no number', { limit: 'all' }, 'limit'],
    ['a limit below zero', { limit: '-1' }, 'limit'],
    ['an empty limit', { limit: '' }, 'limit'],
    ['a cursor that was never given', { cursor: 'abc' }, 'cursor'],
    ['a cursor of ten digits', { cursor: '1234567890' }, 'cursor'],
  ])('refuses %s', async (_, query, parameter) => {
    const answer = await expungeApi.get(key, id, query);
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'invalid_request', parameter });
  });
});

describe('an answer ends before it grows too large', () => {
  it('with large contents: pages are cut short, and nothing is lost or repeated', async () => {
    const document = documentOf(0);
    const id = await imported(key, document);
    const large = Array.from({ length: 28 }, (_, n) =>
      // Small ones between, some of them without content, so without a cell.
      message(`mg_${n}`, n + 1, {
        body: n % 4 === 3 ? null : n % 2 ? 'small' : `${n}`.padEnd(350_000, 'ä').slice(0, 175_000),
      }),
    );
    for (let n = 0; n < 28; n += 7) await expungeApi.append(key, id, large.slice(n, n + 7));

    const pages = [];
    let cursor: string | null = null;
    do {
      const answer: Awaited<ReturnType<typeof expungeApi.get>> = await expungeApi.get(key, id, {
        limit: '500',
        ...(cursor && { cursor }),
      });
      expect(Buffer.byteLength(answer.text)).toBeLessThan(answerLimit);
      pages.push(answer.body.parts);
      cursor = answer.body.nextCursor;
    } while (cursor !== null);

    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat().map(({ part }: any) => part)).toEqual(large);
  });

  it('with long names beside every part', async () => {
    const id = await imported(key, documentOf(0));
    const [sender, author] = [actor('acus_one', 'x'.repeat(7_900)), actor('acus_two', 'y'.repeat(7_900))];
    const named = Array.from({ length: 490 }, (_, n) => message(`mg_${n}`, n + 1, { sender, author }));
    for (let n = 0; n < 490; n += 245) await expungeApi.append(key, id, named.slice(n, n + 245));
    const answer = await expungeApi.get(key, id, { limit: '500' });
    expect(answer.status).toBe(200);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(answerLimit);
    expect((await everyPart(key, id)).map((part) => part.id)).toEqual(named.map((sent) => sent.id));
  });
});
