import { describe, expect, it } from 'vitest';
import {
  durationText,
  extentText,
  openOf,
  outlookText,
  stateText,
  type Stretch,
  stretchOf,
  summaryText,
  timeLeft,
} from '../../../scripts/redact/progress.ts';
import { completed, redactionOf } from '../../support/redaction-answers.ts';

describe('what is taken up again', () => {
  const whole = { scope: 'conversation' } as const;

  it.each(['requested', 'erasing', 'halted'] as const)('is a redaction of the conversation that is %s', (state) => {
    const open = redactionOf({ state });
    expect(openOf([completed, open], whole)).toBe(open);
  });

  it('is none that is settled, and none of named parts', () => {
    const named = redactionOf({ scope: 'parts', partIds: ['mg_1'] });
    expect(openOf([completed, redactionOf({ state: 'refused' }), named], whole)).toBeUndefined();
  });

  it('is one of the same parts if parts are named, in whatever order, and no other', () => {
    const named = redactionOf({ scope: 'parts', partIds: ['mg_1', 'mg_2'], state: 'halted' });
    const all = [redactionOf(), named, completed];
    expect(openOf(all, { parts: ['mg_2', 'mg_1', 'mg_2'] })).toBe(named);
    expect(openOf(all, { parts: ['mg_1'] })).toBeUndefined();
    expect(openOf(all, { parts: ['mg_1', 'mg_2', 'mg_3'] })).toBeUndefined();
  });

  it('is the latest of several, in whatever order they come', () => {
    const [first, last] = [redactionOf(), redactionOf({ requestedAt: '2026-11-02T09:00:00.001Z' })];
    expect(openOf([first, last], whole)).toBe(last);
    expect(openOf([last, first], whole)).toBe(last);
  });
});

describe('the estimate', () => {
  const at = (done: number) => redactionOf({ chunks: { done, total: 10 } });

  it('goes by the chunks that were seen to be done', () => {
    const stretch = stretchOf(undefined, at(2), 1_000);
    expect(timeLeft(stretch, at(2), 4_000)).toBeUndefined();
    expect(timeLeft(stretchOf(stretch, at(4), 5_000), at(4), 5_000)).toBe(12_000);
    expect(timeLeft(stretch, at(10), 9_000)).toBe(0);
  });

  it('begins anew after a hold', () => {
    const halted = redactionOf({ state: 'halted' });
    let stretch: Stretch | undefined = stretchOf(undefined, at(2), 1_000);
    stretch = stretchOf(stretch, halted, 2_000);
    expect(timeLeft(stretch, halted, 2_000)).toBeUndefined();
    expect(stretchOf(stretch, at(4), 90_000)).toEqual({ at: 90_000, done: 4 });
  });

  it('is none for what is erased inside its request', () => {
    expect(stretchOf(undefined, redactionOf({ chunks: null }), 1_000)).toBeUndefined();
  });
});

describe('the lines', () => {
  it.each([
    [0, 'less than a second'],
    [499, 'less than a second'],
    [7_000, '7 s'],
    [59_600, '1 min'],
    [200_000, '3 min 20 s'],
    [3_600_000, '1 h'],
    [3_605_000, '1 h'],
    [7_500_000, '2 h 5 min'],
  ])('have %i ms as %s', (milliseconds, text) => {
    expect(durationText(milliseconds)).toBe(text);
  });

  it.each([
    [redactionOf(), 'erasing', '~5,000 of 10,000 parts, 2 of 4 chunks', 'about 9 s left'],
    [
      redactionOf({ chunks: { done: 0, total: 1 }, parts: 1_200 }),
      'erasing',
      '0 of 1,200 parts, 0 of 1 chunk',
      'about 9 s left',
    ],
    [redactionOf({ chunks: null, parts: 1 }), 'erasing', '1 part', 'about 9 s left'],
    [redactionOf({ state: 'requested', chunks: null, parts: null }), 'requested', '', ''],
    [
      redactionOf({ state: 'halted' }),
      'halted by a legal hold',
      '~5,000 of 10,000 parts, 2 of 4 chunks',
      'goes on when the hold is released',
    ],
    [
      redactionOf({ failures: 2, lastFailure: { error: 'States.Timeout', at: '2026-11-02T09:00:02.000Z' } }),
      'erasing',
      '~5,000 of 10,000 parts, 2 of 4 chunks, 2 failed runs (the last: States.Timeout), taken up again',
      'about 9 s left',
    ],
    [completed, 'completed', '10,000 parts, 4 of 4 chunks', ''],
  ])('say how far it is, and what is left', (redaction, state, extent, outlook) => {
    expect([stateText(redaction), extentText(redaction), outlookText(redaction, 9_000)]).toEqual([
      state,
      extent,
      outlook,
    ]);
  });

  it('say that it counts once all chunks are done', () => {
    const counting = redactionOf({ chunks: { done: 4, total: 4 } });
    expect([stateText(counting), outlookText(counting, 0)]).toEqual(['counting what is left', '']);
  });

  it.each([
    [completed, 'is completed: 10,000 parts, in 3 min 20 s, verified: yes'],
    [{ ...completed, verified: false }, 'is completed: 10,000 parts, in 3 min 20 s, verified: no'],
    [redactionOf({ state: 'refused' }), 'is refused: it erased nothing'],
    [redactionOf(), 'is erasing: ~5,000 of 10,000 parts, 2 of 4 chunks'],
    [redactionOf({ state: 'requested', chunks: null, parts: null }), 'is requested'],
  ])('end with what came of it', (redaction, text) => {
    expect(summaryText(redaction)).toBe(`Redaction ${redaction.id} ${text}`);
  });
});
