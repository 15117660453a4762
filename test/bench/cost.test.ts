import { describe, expect, it } from 'vitest';
import { type TableUse, costOf, type Erasure } from '../../bench/cost.ts';
import { type Definition, transitionsOf } from '../../bench/transitions.ts';

const definition: Definition = {
  StartAt: 'Plan',
  States: {
    Plan: { Type: 'Task', Next: 'WhatNext' },
    WhatNext: {
      Type: 'Choice',
      Choices: [
        { StringEquals: 'erase', Next: 'EraseChunks' },
        { StringEquals: 'settle', Next: 'Settle' },
      ],
    },
    EraseChunks: {
      Type: 'Map',
      Next: 'Plan',
      MaxConcurrency: 8,
      ItemProcessor: { ProcessorConfig: { ExecutionType: 'EXPRESS' }, States: { EraseChunk: {} } },
    },
    Settle: { Type: 'Task', Next: 'Done' },
    Done: { Type: 'Succeed' },
  },
};

const consumption: TableUse = { cellWrites: 1, countReads: 0.03, guardReads: 1 };
const erasure: Erasure = {
  parts: 1_000_000,
  bucketsPerChunk: 5,
  childType: 'EXPRESS',
  chunksAtOnce: 8,
  chunksPerRound: 1_000,
  tableUnitsPerSecond: 4_000,
  memoryMb: 512,
  noteWrites: (chunks) => 2 * chunks,
};
const cost = (changes: Partial<Erasure> = {}) => costOf({ ...erasure, ...changes }, consumption, definition);

describe('the cost of an erasure', () => {
  it('counts the states entered, and a transition for each child', () => {
    // Plan, WhatNext, EraseChunks; then Plan, WhatNext, Settle, Done.
    expect(transitionsOf(definition, [400], 'EXPRESS')).toBe(3 + 400 + 4);
    expect(transitionsOf(definition, [1_000, 1_000], 'EXPRESS')).toBe(2 * (3 + 1_000) + 4);
    expect(transitionsOf(definition, [400], 'STANDARD')).toBe(3 + 400 * 2 + 4);
  });

  it('adds up at list prices', () => {
    const { chunks, transitions, cells, notes, reads, stepFunctions, lambda, total, ratio } = cost();
    expect([chunks, transitions]).toEqual([400, 407]);
    expect(cells).toBeCloseTo(0.625, 9);
    expect(notes).toBeCloseTo(800 * 0.000_000_625, 9);
    expect(reads).toBeCloseTo(30_400 * 0.000_000_125, 9);
    // 407 transitions, 400 requests, and 400 times 5 s of 64 MB.
    expect(stepFunctions).toBeCloseTo(0.010_175 + 0.000_4 + 125 * 0.000_016_67, 9);
    // 400 times 5 s of 512 MB.
    expect(lambda).toBeCloseTo(400 * 0.000_000_2 + 1_000 * 0.000_013_333_4, 9);
    expect(total).toBeCloseTo(cells + notes + reads + stepFunctions + lambda, 9);
    expect(ratio).toBeCloseTo(total / 0.625, 9);
  });

  it('pays standard children by their transitions alone', () => {
    expect(cost({ childType: 'STANDARD' }).stepFunctions).toBeCloseTo(807 * 0.000_025, 9);
  });

  it('makes a chunk wait for the slower of its partition and its share of the table', () => {
    expect(cost()).toMatchObject({ secondsPerChunk: 5, seconds: 250 });
    expect(cost({ tableUnitsPerSecond: 40_000 })).toMatchObject({ secondsPerChunk: 2.5, seconds: 125 });
    expect(cost({ tableUnitsPerSecond: 40_000, chunksAtOnce: 40 })).toMatchObject({ seconds: 25 });
    // A conversation with fewer chunks than may run at once has the table to itself.
    expect(cost({ parts: 2_500 })).toMatchObject({ chunks: 1, secondsPerChunk: 2.5, seconds: 2.5 });
  });

  it('plans again when there are more chunks than a round takes', () => {
    expect(cost({ bucketsPerChunk: 1 })).toMatchObject({ chunks: 2_000, transitions: 2 * 1_003 + 4 });
  });
});
