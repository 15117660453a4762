import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMasking } from '../../../shared/conversations/masking.ts';

const span = (from: number, to: number, ...path: string[]) => ({ path, from, to });

describe('applyMasking', () => {
  it('masks several spans, whatever the order they are given in, and leaves the rest', () => {
    const content = { message: 'a PIN 8475 and a code 12', other: 'PIN 8475' };
    const spans = [span(22, 24, 'message'), span(6, 10, 'message')];
    expect(applyMasking(content, { spans, clear: [], mask: '▇▇▇▇' })).toEqual({
      message: 'a PIN ▇▇▇▇ and a code ▇▇▇▇',
      other: 'PIN 8475',
    });
  });

  it('reaches nested texts and removes copies', () => {
    const content = { message: { text: 'secret' }, original: { content: 'secret' }, nested: { copy: 1, kept: 2 } };
    const masking = { spans: [span(0, 6, 'message', 'text')], clear: [['original'], ['nested', 'copy']], mask: '#' };
    expect(applyMasking(content, masking)).toEqual({ message: { text: '#' }, nested: { kept: 2 } });
  });

  it('changes nothing where the keys lead to no text', () => {
    const content = { message: 5, list: ['x'] };
    const masking = { spans: [span(0, 1, 'message'), span(0, 1, 'absent', 'x')], clear: [['absent']], mask: '#' };
    expect(applyMasking(content, masking)).toEqual(content);
  });

  it('keeps the order of the keys', () => {
    const masked = applyMasking({ b: 'x', a: 'y' }, { spans: [span(0, 1, 'b')], clear: [], mask: '#' });
    expect(JSON.stringify(masked)).toBe('{"b":"#","a":"y"}');
  });

  it('changes nothing below a text, a number or null, and leaves no key behind', () => {
    const content = { text: 'abc', number: 5, none: null };
    for (const key of Object.keys(content)) {
      const masking = { spans: [span(0, 1, key, '0')], clear: [[key, 'length']], mask: '#' };
      expect(applyMasking(content, masking)).toEqual(content);
    }
    const cleared = applyMasking({ copy: 'x', more: 'y' }, { spans: [], clear: [['copy']], mask: '#' });
    expect(Object.keys(cleared)).toEqual(['more']);
  });

  it('takes an object whole, whatever is masked in it', () => {
    const masking = { spans: [span(0, 1, 'copy', 'text')], clear: [['copy'], ['copy', 'text']], mask: '#' };
    expect(applyMasking({ copy: { text: 'x' }, more: 'y' }, masking)).toEqual({ more: 'y' });
  });

  it('masks as it would one span after the other, from the last', () => {
    const lengths = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 1, max: 3 })), { maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.string({ minLength: 40, maxLength: 50 }), (gaps, text) => {
        let end = 0;
        const spans = gaps.map(([gap, length]) => span(end + gap, (end += gap + length), 'text'));
        const slowly = spans.reduceRight((left, { from, to }) => `${left.slice(0, from)}▇▇▇▇${left.slice(to)}`, text);
        expect(applyMasking({ text }, { spans, clear: [], mask: '▇▇▇▇' })).toEqual({ text: slowly });
      }),
    );
  });
});
