import { describe, expect, it } from 'vitest';
import { latestOf } from '../../../shared/dialects/latest-of.ts';

describe('the latest of some times', () => {
  it('is the same for texts of any offset and milliseconds', () => {
    expect(latestOf('2026-11-02T10:00:00+02:00', '2026-11-02T09:00:00Z', Date.UTC(2026, 10, 1))).toBe(
      Date.UTC(2026, 10, 2, 9),
    );
  });

  it.each([
    ['nothing', []],
    ['null and nothing', [null, undefined]],
    ['texts that are no time', ['soon', '']],
    ['what no answer can show', [-1, 253_402_300_800_000, 1e300, Number.NaN, Number.POSITIVE_INFINITY]],
    ['other values', [false, {}, [], '-000001-01-01T00:00:00Z', '+010000-01-01T00:00:00Z']],
  ])('is unknown of %s', (_, times) => {
    expect(latestOf(...times)).toBeUndefined();
  });

  it.each([0, 253_402_300_799_999])('may be %i', (time) => {
    expect(latestOf(time, 'soon')).toBe(time);
  });
});
