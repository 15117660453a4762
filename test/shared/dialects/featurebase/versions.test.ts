import { describe, expect, it } from 'vitest';
import { featurebase } from '../../../../shared/dialects/featurebase/featurebase.ts';
import { requireRedaction } from '../../../../shared/dialects/featurebase/versions.ts';
import { ApiVersionInvalid } from '../../../../shared/errors.ts';

const asking = (version: string) => ({ 'featurebase-version': version });

describe('the version of a request', () => {
  it("is the header's, else the tenant's own, else nova", () => {
    const settings = { version: '2025-12-12.clover' };
    expect(featurebase.version(asking('2026-08-19.orbit'), settings)).toBe('2026-08-19.orbit');
    expect(featurebase.version({}, settings)).toBe('2025-12-12.clover');
    expect(featurebase.version({}, {})).toBe('2026-01-01.nova');
  });

  it.each([...featurebase.versions, '2026-01-02.later', '2031-12-31.zenith'])(
    'may be %s, which is echoed',
    (version) => {
      expect(featurebase.version(asking(version), {})).toBe(version);
      expect(featurebase.headers(asking(version))).toEqual(asking(version));
    },
  );

  it.each([
    '2025-12-31.birch',
    '2026-01-01.other',
    '2026-08-19.other',
    '2027-02-30.comet',
    '2027-13-01.comet',
    '12027-03-01.comet',
    '2027-03-011.comet',
    '2027-3-1.comet',
    '2027-03-01.',
    '2027-03-01.Comet',
    '2027-03-01.comet-2',
    `2027-03-01.${'c'.repeat(33)}`,
    '2027-03-01',
    'comet',
    '',
  ])('may not be "%s", which is not echoed', (version) => {
    expect(() => featurebase.version(asking(version), {})).toThrow(ApiVersionInvalid);
    expect(featurebase.headers(asking(version))).toEqual({});
  });

  it('is not echoed where the request named none', () => {
    expect(featurebase.headers({})).toEqual({});
  });

  it.each([['2027-03-01'], ['comet'], [''], [7], [null], [['2026-08-19.orbit']], [{}]])(
    'is nova where the tenant has set %j, which is none',
    (version) => {
      expect(featurebase.version({}, { version })).toBe('2026-01-01.nova');
    },
  );

  it('has no redaction before nova', () => {
    expect(() => requireRedaction('2025-12-12.clover')).toThrow(ApiVersionInvalid);
    expect(() => requireRedaction('2026-01-01.nova')).not.toThrow();
  });
});
