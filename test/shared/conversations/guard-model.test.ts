import { describe, expect, it } from 'vitest';
import { promises, realRules, type Rules, search, type Size } from './guard-model.ts';

const [noHoldBroken, holdIsDecided, nothingLost, maskedIsOpen] = Object.keys(promises);
const small = { parts: 2, copies: 3, decisions: 3, atOnce: 2 };

describe('the model of the guard', () => {
  it('keeps every promise in every state that can be reached', () => {
    const { states, broken } = search(small);
    expect(Object.fromEntries(broken)).toEqual({});
    // Nothing that cuts the search short goes unnoticed.
    expect(states).toBeGreaterThan(40_000);
  });

  const few = { parts: 1, copies: 2, decisions: 3, atOnce: 1 };
  const controls: [string, Partial<Rules>, Size, (string | undefined)[]][] = [
    ['the rules that it had before', { versioned: false, asRead: false, closes: false }, few, Object.keys(promises)],
    ['decisions on any version', { versioned: false }, { ...few, decisions: 2 }, [holdIsDecided, maskedIsOpen]],
    [
      'decisions that are not always written',
      { alwaysWritten: false },
      { ...few, decisions: 4 },
      [noHoldBroken, holdIsDecided],
    ],
    ['a watermark as it is when applied', { asRead: false }, small, [nothingLost]],
    ['refusals of a guard that is open', { closes: false }, small, [maskedIsOpen]],
  ];
  it.each(controls)('finds what is broken by %s', (_, rules, size, expected) => {
    const { broken } = search(size, { ...realRules, ...rules });
    expect([...broken.keys()].toSorted()).toEqual(expected.toSorted());
  });
});
