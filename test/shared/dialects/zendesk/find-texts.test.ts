import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAnyOf } from '../../../../shared/dialects/zendesk/find-texts.ts';

describe('a search for any of several texts', () => {
  it.each([
    ['none', [], 'abc', false],
    ['one', ['b'], 'abc', true],
    ['one that is the string', ['abc'], 'abc', true],
    ['one that is longer', ['abcd'], 'abc', false],
    ['an empty string', ['a'], '', false],
    ['one after a false start', ['aab'], 'aaab', true],
    ['one within the beginning of another', ['abcd', 'bc'], 'xabcx', true],
    ['one that another continues', ['ab', 'abc'], 'xab', true],
    ['the same twice', ['ab', 'ab'], 'xab', true],
    ['half of a pair', ['\udc4d'], '👍', true],
  ])('finds %s', (_, texts, text, found) => {
    expect(findAnyOf(texts)(text)).toBe(found);
  });

  it('finds what a search for each of them finds', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 20 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), text, (texts, whole) => {
        expect(findAnyOf(texts)(whole)).toBe(texts.some((one) => whole.includes(one)));
      }),
      { numRuns: 3000 },
    );
  });
});
