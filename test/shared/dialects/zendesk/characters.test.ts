import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { charactersAt } from '../../../../shared/dialects/zendesk/characters.ts';

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** The same, asked of the whole text, for one position after the other. */
const slowly = (text: string, positions: number[]) => {
  const segments = segmenter.segment(text);
  return positions.map((position) => {
    const { index, segment } = segments.containing(position)!;
    return { from: index, to: index + segment.length };
  });
};

const joining = {
  ascii: ['a', 'b', ' ', '1', '#', '*', '\0', '\u007f'],
  'line ends': ['\r', '\n', '\r\n', '\u0085', '\u2028'],
  'combining marks': ['\u0301', '\u0323', '\u20e3', '\u3099', '\u0903', '\u0e33'],
  'emoji and what joins them': [
    '👨',
    '👩',
    '👍',
    '🏽',
    '❤',
    '\ufe0f',
    '\u200d',
    '©',
    '\u{1f3f4}',
    '\u{e0067}',
    '\u{e007f}',
  ],
  flags: ['🇩', '🇪', '🇫'],
  Hangul: ['\u1100', '\u1161', '\u11a8', '\uac00', '\uac01'],
  'Indic conjuncts': ['क', 'ष', '\u094d', '\u093f', 'ত', '\u09cd', '\u0d4d', 'ക'],
  'what joins the next one': ['\u0600', '\u0d4e', '\u{110bd}'],
  'halves of a pair': ['\ud83d', '\udc4d', '\ud800'],
  'other letters': ['é', 'я', '字', 'か', '\u00ad', '\u200b'],
};

const unit = fc.oneof(...Object.values(joining).map((units) => fc.constantFrom(...units)));
const question = fc
  .array(unit, { minLength: 1, maxLength: 40 })
  .map((units) => units.join(''))
  .chain((text) => fc.tuple(fc.constant(text), fc.subarray(Array.from({ length: text.length }, (_, n) => n))));

describe('the characters at positions of a text', () => {
  it('are those that a segmenter finds in the whole text', () => {
    fc.assert(
      fc.property(question, ([text, positions]) => {
        expect(charactersAt(text, positions)).toEqual(slowly(text, positions));
      }),
      { numRuns: 5000 },
    );
  });

  it.each(Object.entries(joining))('are the same in texts of %s', (_, units) => {
    const text = fc.array(fc.oneof(fc.constantFrom(...units), fc.constantFrom('a', '\r', '\n')), { maxLength: 30 });
    fc.assert(
      fc.property(text, (pieces) => {
        const whole = pieces.join('');
        const positions = Array.from({ length: whole.length }, (__, n) => n);
        expect(charactersAt(whole, positions)).toEqual(slowly(whole, positions));
      }),
      { numRuns: 500 },
    );
  });

  it('may be one character that is as long as the text', () => {
    const text = `a${'\u0301'.repeat(100_000)}`;
    const whole = { from: 0, to: 100_001 };
    expect(charactersAt(text, [0, 50_000, 100_000])).toEqual([whole, whole, whole]);
  });

  it('are none where nothing is asked', () => {
    expect(charactersAt('abc', [])).toEqual([]);
  });
});
