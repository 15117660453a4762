import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runsOf } from '../../../shared/conversations/cell.ts';
import { isOpaqueId } from '../../../shared/conversations/ids.ts';
import {
  bucketOf,
  bucketSize,
  conversationOf,
  objectKey,
  pk,
  sequenceOf,
  sequenceOfFile,
  sk,
} from '../../../shared/table.ts';

// Few letters, so that different entities come out with ids alike.
const id = fc
  .tuple(
    fc.constantFrom('a', 'B', '0', 'T', 'C'),
    fc.string({ unit: fc.constantFrom('a', 'B', 'I', '0', ':', '.', '-', '_'), maxLength: 4 }),
  )
  .map(([first, rest]) => first + rest)
  .filter(isOpaqueId);
const tenant = fc.stringMatching(/^[a0][a0-]{0,2}$/);
const conversation = fc.tuple(
  tenant,
  id.map((external) => `augno:${external}`),
);
const sequence = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 2 * bucketSize }), fc.nat({ max: 999_999_999 }));

/** Every entity of the table: what it is, and the key that it stands under. */
const entity = fc.oneof(
  conversation.map(([t, c]) => ({ is: ['conversation', t, c], key: [pk.conversation(t, c), sk.meta] })),
  conversation.map(([t, c]) => ({ is: ['guard', t, c], key: [pk.conversation(t, c), sk.guard] })),
  conversation.map(([t, c]) => ({ is: ['text', t, c], key: [pk.conversation(t, c), sk.conversationCell] })),
  fc
    .tuple(conversation, id)
    .map(([[t, c], person]) => ({ is: ['person', t, c, person], key: [pk.conversation(t, c), sk.person(person)] })),
  fc.tuple(conversation, fc.stringMatching(/^[0-9a-f]{2}$/)).map(([[t, c], redaction]) => ({
    is: ['redaction', t, c, redaction],
    key: [pk.conversation(t, c), sk.redaction(redaction)],
  })),
  fc
    .tuple(conversation, sequence)
    .map(([[t, c], n]) => ({ is: ['part', t, c, n], key: [pk.bucket(t, c, bucketOf(n)), sk.part(n)] })),
  fc
    .tuple(conversation, sequence)
    .map(([[t, c], n]) => ({ is: ['cell', t, c, n], key: [pk.bucket(t, c, bucketOf(n)), sk.cell(n)] })),
  fc
    .tuple(conversation, sequence)
    .map(([[t, c], n]) => ({ is: ['attachments', t, c, n], key: [pk.bucket(t, c, bucketOf(n)), sk.attachments(n)] })),
  fc
    .tuple(conversation, id)
    .map(([[t, c], part]) => ({ is: ['part id', t, c, part], key: [pk.partId(t, c, part), sk.partId] })),
  tenant.map((t) => ({ is: ['settings', t], key: [pk.tenant(t), sk.settings] })),
  fc.tuple(tenant, id).map(([t, key]) => ({ is: ['tenant key', t, key], key: [pk.tenant(t), sk.tenantKey(key)] })),
  fc.stringMatching(/^[0-9a-f]{2}$/).map((hash) => ({ is: ['key', hash], key: [pk.apiKey(hash), sk.apiKey] })),
);

const attachmentId = fc.stringMatching(/^[0-9a-f]{2}$/).map((hex) => `att_${hex}`);
const file = fc
  .tuple(conversation, sequence, attachmentId)
  .map(([[t, c], n, a]) => ({ t, c, n, key: objectKey.file(t, c, n, a), is: JSON.stringify([t, c, n, a]) }));

describe('keys of files', () => {
  it('are the same for the same file and for no other, and never those of an upload', () => {
    fc.assert(
      fc.property(file, file, tenant, attachmentId, (one, other, t, a) => {
        expect(one.key === other.key).toBe(one.is === other.is);
        expect(one.key.startsWith(objectKey.files)).toBe(true);
        expect(objectKey.staged(t, a).startsWith(objectKey.staging)).toBe(true);
        expect(one.key).not.toBe(objectKey.staged(t, a));
      }),
      { numRuns: 3000 },
    );
  });

  it('stand under the prefix of their part, and of their bucket of sequences, and of no other', () => {
    fc.assert(
      fc.property(file, file, (one, other) => {
        const same = one.t === other.t && one.c === other.c;
        expect(one.key.startsWith(objectKey.inPart(other.t, other.c, other.n))).toBe(same && one.n === other.n);
        const bucket = bucketOf(other.n);
        expect(one.key.startsWith(objectKey.inBucket(other.t, other.c, bucket))).toBe(
          same && bucketOf(one.n) === bucket,
        );
      }),
      { numRuns: 3000 },
    );
  });

  it('say their sequence, and sort by it within a bucket, so that a list can begin and end at one', () => {
    fc.assert(
      fc.property(file, fc.nat({ max: bucketSize - 1 }), ({ t, c, n, key }, place) => {
        expect(sequenceOfFile(key)).toBe(n);
        const other = bucketOf(n) * bucketSize + place;
        if (other !== n) expect(key < objectKey.inPart(t, c, other)).toBe(n < other);
      }),
    );
  });
});

describe('keys of the table', () => {
  it('are the same for the same entity and for no other', () => {
    fc.assert(
      fc.property(entity, entity, (one, other) => {
        expect(JSON.stringify(one.key) === JSON.stringify(other.key)).toBe(
          JSON.stringify(one.is) === JSON.stringify(other.is),
        );
      }),
      { numRuns: 5000 },
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(entity, { minLength: 20, maxLength: 60, selector: ({ is }) => JSON.stringify(is) }),
        (many) => {
          expect(new Set(many.map(({ key }) => JSON.stringify(key))).size).toBe(many.length);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('are found by the prefixes that are queried, and by no other prefix', () => {
    fc.assert(
      fc.property(entity, ({ is: [kind], key: [, sortKey = ''] }) => {
        expect(sortKey.startsWith(sk.people)).toBe(kind === 'person');
        expect(sortKey.startsWith(sk.redactions)).toBe(kind === 'redaction');
        expect(sortKey.startsWith(sk.tenantKeys)).toBe(kind === 'tenant key');
      }),
    );
  });

  it('never hold a text that two tenants share a partition by', () => {
    fc.assert(
      fc.property(entity, entity, (one, other) => {
        const [a, b] = [one, other].map(({ is: [kind, t] }) => (kind === 'key' ? undefined : t));
        fc.pre(a !== undefined && b !== undefined && a !== b);
        expect(one.key[0]).not.toBe(other.key[0]);
      }),
    );
  });

  it('sort as sequences do, and give them back', () => {
    fc.assert(
      fc.property(sequence, sequence, (a, b) => {
        expect(sk.part(a) < sk.part(b)).toBe(a < b);
        expect(sk.cell(a) < sk.cell(b)).toBe(a < b);
        expect([sequenceOf(sk.part(a)), sequenceOf(sk.cell(a))]).toEqual([a, a]);
        // The conversation's own text is in no range of cells.
        expect(sk.conversationCell > sk.cell(999_999_999)).toBe(true);
      }),
    );
  });

  it("give back a ledger entry's conversation", () => {
    fc.assert(
      fc.property(conversation, ([tenantId, conversationId]) => {
        expect(conversationOf(pk.conversation(tenantId, conversationId))).toEqual({ tenantId, conversationId });
      }),
    );
  });

  it('fit into what DynamoDB takes, with the longest ids', () => {
    const [longTenant, long] = ['t'.repeat(40), 'x'.repeat(256)];
    const partition = pk.partId(longTenant, `${'d'.repeat(32)}:${long}`, long);
    expect(Buffer.byteLength(partition)).toBeLessThanOrEqual(2048);
    expect(Buffer.byteLength(sk.person(long))).toBeLessThanOrEqual(1024);
  });
});

describe('a run cut at the bounds of buckets', () => {
  it('covers every sequence once, in order, each piece in one bucket', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 * bucketSize }), fc.integer({ min: -1, max: 3 * bucketSize }), (from, length) => {
        const through = from + length - 1;
        const runs = runsOf({ from, through });
        const covered = runs.flatMap((run) =>
          Array.from({ length: run.through - run.from + 1 }, (_, n) => run.from + n),
        );
        expect(covered).toEqual(Array.from({ length: Math.max(0, length) }, (_, n) => from + n));
        expect(runs.every((run) => bucketOf(run.from) === bucketOf(run.through))).toBe(true);
        expect(runs.length).toBe(length <= 0 ? 0 : bucketOf(through) - bucketOf(from) + 1);
      }),
    );
  });

  it.each([
    [{ from: 0, through: -1 }, []],
    [{ from: 0, through: 0 }, [{ from: 0, through: 0 }]],
    [{ from: 0, through: 499 }, [{ from: 0, through: 499 }]],
    [
      { from: 0, through: 500 },
      [
        { from: 0, through: 499 },
        { from: 500, through: 500 },
      ],
    ],
    [
      { from: 499, through: 1000 },
      [
        { from: 499, through: 499 },
        { from: 500, through: 999 },
        { from: 1000, through: 1000 },
      ],
    ],
  ])('%j', (run, pieces) => {
    expect(runsOf(run)).toEqual(pieces);
  });
});
