import { DomainError } from '../../shared/errors.ts';

/** What takes a parser longest, at any length in bytes. */
export interface WorstInput {
  parser: string;
  input: string;
  /** Makes the input, and gives back the run to measure. */
  at: (bytes: number) => () => unknown;
}

/** As often as it fits. */
export const repeated = (piece: string, bytes: number): string =>
  piece.repeat(Math.max(0, Math.floor(bytes / Buffer.byteLength(piece))));

/** A refusal is an answer like any other. Every other error is a fault. */
export const orRefused = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    if (error instanceof DomainError) return undefined;
    throw error;
  }
};

/**
 * The least CPU time of this thread over some runs, in milliseconds: whatever else the machine does only lengthens a run.
 * The first run that takes no longer than `enough` is the last.
 */
export const leastCpu = (run: () => unknown, runs: number, enough: number): number => {
  let least = Infinity;
  for (let n = 0; n < runs && least > enough; n++) {
    const before = process.threadCpuUsage();
    run();
    const { user, system } = process.threadCpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
};
