import { performance } from 'node:perf_hooks';
import { redact } from '../shared/redactions/redact.ts';
import { startTable } from './table.ts';

/** What a redaction costs, on the embedded table: the acknowledging write at two sizes, and a whole one of 400 parts. */

const tenantId = 'bench';
const rounds = 41;
const table = await startTable();

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const milliseconds = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await run();
  return performance.now() - start;
};

const sizes = [10, 10_000];
for (const size of sizes) await table.seed(tenantId, `augno:cv_${size}`, size);
const times = new Map<number, number[]>(sizes.map((size) => [size, []]));
const acknowledge = (size: number) =>
  table.stores.guards.accept(tenantId, `augno:cv_${size}`, 'bench', 'cleared', Date.now());
// In turn, so that what else the machine does falls on both alike.
for (let round = 0; round < rounds; round++) {
  for (const size of sizes) times.get(size)?.push(await milliseconds(() => acknowledge(size)));
}
const rows = [];
for (const size of sizes) {
  const { write } = await table.unitsOf(() => acknowledge(size));
  rows.push({
    'acknowledging write': `${size} parts`,
    'write units': write,
    'median ms': median(times.get(size) ?? []).toFixed(2),
  });
}
console.table(rows);

const parts = 400;
const conversationId = 'augno:cv_400';
await table.seed(tenantId, conversationId, parts);
const { read, write } = await table.unitsOf(() =>
  redact(table.stores)(
    { caller: { tenantId, keyId: 'bench' }, conversationId, scope: { kind: 'messages' } },
    undefined,
  ),
);
console.table([
  {
    'whole redaction': `${parts} parts`,
    'write units a cell': (write / parts).toFixed(3),
    'read units a part': (read / parts).toFixed(3),
  },
]);
await table.stop();
