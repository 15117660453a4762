import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';

type Row = Record<string, string | number>;

/** What a figure must be, and whether it is. */
export interface Bar {
  what: string;
  value: number;
  atMost?: number;
  atLeast?: number;
}

/** The answer to one question: tables by their titles, and the bars. */
export interface Answer {
  tables: Record<string, Row[]>;
  bars: Bar[];
}

export const isMet = ({ value, atMost = Infinity, atLeast = -Infinity }: Bar): boolean =>
  value <= atMost && value >= atLeast;

/** Three significant digits, and no more than the whole number has. */
export const rounded = (value: number): number =>
  Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));

const roundedRow = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === 'number' ? rounded(value) : value]),
  );

export const print = ({ tables, bars }: Answer): void => {
  for (const [title, rows] of Object.entries(tables)) {
    console.log(`\n${title}`);
    console.table(rows.map(roundedRow));
  }
  for (const bar of bars) {
    const bound = bar.atMost === undefined ? `>= ${bar.atLeast}` : `<= ${bar.atMost}`;
    console.log(`${isMet(bar) ? 'met   ' : 'MISSED'} ${bar.what}: ${Number(bar.value.toPrecision(4))} (${bound})`);
  }
};

/** Writes all answers, unrounded, and where they were measured, to bench/results. */
export const writeResults = (emulator: string, answers: Record<string, Answer>): string => {
  const folder = new URL('results/', import.meta.url);
  mkdirSync(folder, { recursive: true });
  const file = new URL(`${emulator}.json`, folder);
  const machine = {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: cpus().length,
    load: loadavg(),
  };
  const written = { emulator, at: new Date().toISOString(), machine, answers };
  writeFileSync(file, `${JSON.stringify(written, undefined, 2)}\n`);
  return `bench/results/${emulator}.json`;
};
