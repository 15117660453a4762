import { bucketSize } from '../shared/table.ts';
import { type ChildType, type Definition, transitionsOf } from './transitions.ts';

/** List prices in us-east-1, in dollars; docs/performance.md and docs/cost.md name their pages. */
export const prices = {
  writeUnit: 0.625 / 1e6,
  readUnit: 0.125 / 1e6,
  transition: 0.025 / 1e3,
  expressRequest: 1 / 1e6,
  expressGigabyteSecond: 0.000_016_67,
  lambdaRequest: 0.2 / 1e6,
  lambdaGigabyteSecond: 0.000_013_333_4,
  httpRequest: 1 / 1e6,
  scheduled: 1 / 1e6,
  trace: 5 / 1e6,
  logGigabyte: 0.5,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  metricMonth: 0.3,
  keyMonth: 1,
};

/** DynamoDB's limit of one partition; a chunk erases its buckets one after the other. */
const partitionUnitsPerSecond = 1_000;
/** Step Functions bills an express execution for memory in steps of so many GB, and for time in steps of 100 ms. */
const expressMemory = 64 / 1024;
const expressStep = 0.1;

/** What the table was measured to take. */
export interface TableUse {
  /** Write units of the cells, a part. */
  cellWrites: number;
  /** Read units of the count that verifies, a part. */
  countReads: number;
  /** Read units of the guard, a chunk. */
  guardReads: number;
}

/** How a conversation is erased, and on what. */
export interface Erasure {
  parts: number;
  bucketsPerChunk: number;
  childType: ChildType;
  chunksAtOnce: number;
  chunksPerRound: number;
  /** What the table takes as a whole. */
  tableUnitsPerSecond: number;
  memoryMb: number;
  /** Write units of noting that many chunks as finished, one after the other. */
  noteWrites: (chunks: number) => number;
}

export interface Cost {
  chunks: number;
  transitions: number;
  secondsPerChunk: number;
  seconds: number;
  /** Dollars of the cells' write units: what no way of erasing can do without. */
  cells: number;
  /** Dollars. */
  notes: number;
  reads: number;
  stepFunctions: number;
  lambda: number;
  total: number;
  /** The total over the cells' write units. */
  ratio: number;
}

/** What an erasure costs at list prices, with nothing retried and no free tier. */
export const costOf = (erasure: Erasure, consumption: TableUse, definition: Definition): Cost => {
  const { parts, bucketsPerChunk, childType, chunksAtOnce, chunksPerRound, tableUnitsPerSecond, memoryMb } = erasure;
  const chunkParts = bucketsPerChunk * bucketSize;
  const chunks = Math.ceil(parts / chunkParts);
  const roundCount = Math.ceil(chunks / chunksPerRound);
  const rounds = Array.from({ length: roundCount }, (_, n) => Math.min(chunksPerRound, chunks - n * chunksPerRound));
  const transitions = transitionsOf(definition, rounds, childType);

  // Either its own partition keeps a chunk back, or the table that it shares with those beside it.
  const share = tableUnitsPerSecond / Math.min(chunksAtOnce, chunks);
  const secondsPerChunk = (chunkParts * consumption.cellWrites) / Math.min(partitionUnitsPerSecond, share);

  const expressSeconds = Math.ceil(secondsPerChunk / expressStep - 1e-9) * expressStep;
  const express =
    childType === 'EXPRESS'
      ? chunks * (prices.expressRequest + expressSeconds * expressMemory * prices.expressGigabyteSecond)
      : 0;
  const cells = parts * consumption.cellWrites * prices.writeUnit;
  const notes = rounds.reduce((sum, count) => sum + erasure.noteWrites(count), 0) * prices.writeUnit;
  const reads = (parts * consumption.countReads + chunks * consumption.guardReads) * prices.readUnit;
  const stepFunctions = transitions * prices.transition + express;
  const lambda = chunks * (prices.lambdaRequest + secondsPerChunk * (memoryMb / 1024) * prices.lambdaGigabyteSecond);
  const total = cells + notes + reads + stepFunctions + lambda;
  const seconds = (chunks * secondsPerChunk) / Math.min(chunksAtOnce, chunks);
  return {
    chunks,
    transitions,
    secondsPerChunk,
    seconds,
    cells,
    notes,
    reads,
    stepFunctions,
    lambda,
    total,
    ratio: total / cells,
  };
};
