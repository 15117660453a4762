import { documents } from './parsers/documents.ts';
import { texts } from './parsers/texts.ts';
import { leastCpu, type WorstInput } from './parsers/worst-input.ts';
import type { Answer } from './report.ts';

/** What one part may hold, and so the longest field that anything reads. */
export const fieldBytes = 350 * 1024;
/** In milliseconds. */
export const parsingAtMost = 100;
const runs = 5;

export const worstInputs: WorstInput[] = [...texts, ...documents];

const cpuAt = (bytes: number, { at }: WorstInput) => leastCpu(at(bytes), runs, parsingAtMost / 10);

/** The CPU time of every parser on the input that takes it longest. */
export const measureParsers = async (): Promise<Answer> => {
  const measured = worstInputs.map((worst) => ({ ...worst, whole: cpuAt(fieldBytes, worst) }));
  const slowest = [...Map.groupBy(measured, ({ parser }) => parser).values()].map((inputs) =>
    inputs.reduce((a, b) => (a.whole > b.whole ? a : b)),
  );
  return {
    tables: {
      [`The slowest of ${measured.length} inputs, ms of CPU`]: slowest.map((worst) => ({
        parser: worst.parser,
        input: worst.input,
        '175 KB': cpuAt(fieldBytes / 2, worst),
        '350 KB': worst.whole,
      })),
    },
    bars: slowest.map(({ parser, whole }) => ({ what: `${parser}, 350 KB, ms`, value: whole, atMost: parsingAtMost })),
  };
};
