import { describe, expect, it } from 'vitest';
import { fieldBytes, parsingAtMost, worstInputs } from '../../bench/parsers.ts';
import { leastCpu } from '../../bench/parsers/worst-input.ts';

/** CPU time and not the clock's; four times the bar, for machines whose cores are shared. What was mended took 7 to 500 times the bar. */
const atMost = 4 * parsingAtMost;

describe.each([...Map.groupBy(worstInputs, ({ parser }) => parser)])('350 KB for the parser of %s', (_, inputs) => {
  it('is parsed or refused in time, whatever it is made of', () => {
    const slow = inputs.flatMap(({ input, at }) => {
      const cpu = leastCpu(at(fieldBytes), 3, atMost);
      return cpu > atMost ? [`${input}: ${cpu} ms`] : [];
    });
    expect(slow).toEqual([]);
  });
});
