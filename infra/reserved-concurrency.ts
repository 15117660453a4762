import type { StageSettings } from './environments.ts';

/**
 * The concurrent executions that a stage reserves, by function. A reservation is a limit as well. None of them is needed
 * to be right: without them chunks compete with the endpoints, and two runs of erasure/resume may do the same work twice.
 */
export const reservedConcurrency = ({
  chunksAtOnce,
}: Pick<StageSettings, 'chunksAtOnce'>): Partial<Record<'erasure/erase-chunk' | 'erasure/resume', number>> =>
  chunksAtOnce === undefined ? {} : { 'erasure/erase-chunk': chunksAtOnce, 'erasure/resume': 1 };
