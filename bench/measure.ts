import { performance } from 'node:perf_hooks';

export const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** How long a run takes, and how much of a core this process spends on it, both in milliseconds. */
export const timed = async (run: () => Promise<unknown>): Promise<{ elapsed: number; cpu: number }> => {
  const cpuBefore = process.cpuUsage();
  const start = performance.now();
  await run();
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { elapsed, cpu: (user + system) / 1000 };
};

/**
 * Runs each contender once a round, so that what else the machine does falls on all of them alike, and begins
 * each round with another one. Gives back what each of them measured, round by round.
 */
export const interleave = async <Name extends string, Result>(
  rounds: number,
  contenders: Record<Name, () => Promise<Result>>,
): Promise<Record<Name, Result[]>> => {
  const names = Object.keys(contenders) as Name[];
  const results = Object.fromEntries(names.map((name) => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length]!;
      results[name].push(await contenders[name]());
    }
  }
  return results;
};
