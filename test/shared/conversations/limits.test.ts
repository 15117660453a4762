import { describe, expect, it } from 'vitest';
import { assertFewParts, assertFewPeople, partsOf } from '../../../shared/conversations/limits.ts';

const people = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`p${n}`, {}]));

describe('what one request may bring', () => {
  it('is 5,000 parts', () => {
    expect(() => assertFewParts(Array.from({ length: 5_000 }))).not.toThrow();
    expect(() => assertFewParts(Array.from({ length: 5_001 }))).toThrow('There are 5001 parts; a request takes 5000');
  });

  it('is 5,000 parts of all its documents together', () => {
    const split = (count: number) => Array.from({ length: count }, (_, n) => n);
    expect(partsOf([2_500, 2_500], split)).toHaveLength(5_000);
    expect(() => partsOf([2_500, 2_500, 1], split)).toThrow('There are 5001 parts; a request takes 5000');
  });

  it('is 2,000 people', () => {
    expect(() => assertFewPeople(people(2_000))).not.toThrow();
    expect(() => assertFewPeople(people(2_001))).toThrow('There are 2001 people; a request takes 2000');
  });
});
