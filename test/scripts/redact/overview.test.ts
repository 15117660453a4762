import { describe, expect, it } from 'vitest';
import { overviewText, readOverview } from '../../../scripts/redact/overview.ts';
import { pageOf } from '../../support/redaction-answers.ts';

const at = (minute: number) => `2026-11-02T09:${String(minute).padStart(2, '0')}:00.000Z`;

describe('what is shown before a redaction', () => {
  it('is counted exactly where one page has all parts, in one request', async () => {
    const asked: string[] = [];
    const overview = await readOverview(async (cursor) => {
      asked.push(cursor);
      // A reserved sequence that no part has.
      return pageOf({ nextSequence: 3 });
    });
    expect([overview, asked]).toEqual([{ parts: 2, isExact: true, lastActivity: at(5), legalHold: false }, ['0']]);
  });

  it('skips to the newest parts of a larger one, and follows pages that were cut short', async () => {
    const pages: Record<string, ReturnType<typeof pageOf>> = {
      0: pageOf({ nextSequence: 100_000, nextCursor: '100', legalHold: true }),
      99900: pageOf({ nextSequence: 100_000, nextCursor: '99950', parts: [{ changedAt: at(7) }] }),
      99950: pageOf({ nextSequence: 100_000, parts: [{ changedAt: at(8) }, { changedAt: at(6) }] }),
    };
    expect(await readOverview(async (cursor) => pages[cursor]!)).toEqual({
      parts: 100_000,
      isExact: false,
      lastActivity: at(8),
      legalHold: true,
    });
  });

  it('reads no part twice', async () => {
    const asked: string[] = [];
    await readOverview(async (cursor) => {
      asked.push(cursor);
      return pageOf({ nextSequence: 120, nextCursor: cursor === '0' ? '90' : null });
    });
    expect(asked).toEqual(['0', '90']);
  });

  it('knows the latest activity of a conversation whose newest parts come first, or that says no time', async () => {
    const newestFirst = pageOf({ changedAt: at(1), parts: [{ changedAt: at(9) }, { changedAt: at(2) }] });
    expect((await readOverview(async () => newestFirst)).lastActivity).toBe(at(9));
    expect((await readOverview(async () => pageOf({ changedAt: at(30) }))).lastActivity).toBe(at(30));
    expect((await readOverview(async () => pageOf({ changedAt: null, parts: [] }))).lastActivity).toBeNull();
  });

  it('reads so', () => {
    const overview = { parts: 1200, isExact: false, lastActivity: null, legalHold: true };
    expect(overviewText('augno:cv_1', { parts: ['mg_1', 'mg_2'] }, overview).split('\n')).toEqual([
      'augno:cv_1',
      '  parts          up to 1,200',
      '  last activity  unknown',
      '  legal hold     held: nothing is redacted until it is released',
      'This destroys for good all that these parts hold: mg_1, mg_2',
    ]);
  });
});
