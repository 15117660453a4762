import { documents } from './parsers/documents.ts';
import { texts } from './parsers/texts.ts';
import { leastCpu, type WorstInput } from './parsers/worst-input.ts';
import type { Answer } from './report.ts';

/** What one part may hold, and so the longest field that anything reads. */
export const fieldBytes = 350 * 1024;
/** In milliseconds. */
export const parsingAtMost = 100;
const runs = 5;
/** How many inputs of a parser are measured as often: a single run tells the slow from the fast, and no more. */
const candidates = 3;

export const worstInputs: WorstInput[] = [...texts, ...documents];

const cpuAt = (bytes: number, { at }: WorstInput) => leastCpu(at(bytes), runs, 0);

/** The slowest of one parser's inputs, with its CPU time in milliseconds. */
const slowestOf = (inputs: WorstInput[]) => {
  const once = inputs.map((worst) => ({ worst, cpu: leastCpu(worst.at(fieldBytes), 1, 0) }));
  const measured = once
    .toSorted((a, b) => b.cpu - a.cpu)
    .slice(0, candidates)
    .map(({ worst }) => ({ ...worst, whole: cpuAt(fieldBytes, worst) }));
  return measured.reduce((a, b) => (a.whole > b.whole ? a : b));
};

/** The CPU time of every parser on the input that takes it longest. */
export const measureParsers = (): Answer => {
  const slowest = [...Map.groupBy(worstInputs, ({ parser }) => parser).values()].map(slowestOf);
  return {
    tables: {
      [`The slowest of ${worstInputs.length} inputs, ms of CPU`]: slowest.map((worst) => ({
        parser: worst.parser,
        input: worst.input,
        '175 KB': cpuAt(fieldBytes / 2, worst),
        '350 KB': worst.whole,
      })),
    },
    bars: slowest.map(({ parser, whole }) => ({ what: `${parser}, 350 KB, ms`, value: whole, atMost: parsingAtMost })),
  };
};
