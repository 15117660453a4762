import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Command } from 'commander';
import { erasureStore } from '../shared/conversations/cell-erasure.ts';
import { guardStore } from '../shared/conversations/guard.ts';
import { sealStore } from '../shared/conversations/seal-store.ts';
import { type Replayed, replayLedger } from '../shared/redactions/replay.ts';
import { replayTable } from '../shared/redactions/replay-table.ts';
import { restoreSettings } from './replay-ledger/table-settings.ts';
import { explained } from './explained.ts';
import { openTable, tableIdOf } from './table.ts';

/** Applies the ledger to a restored table, and lets it be served once nothing that was redacted stands in it: docs/restore.md. */

const program = new Command('replay-ledger')
  .description('Destroys in a restored table what was redacted, and opens it')
  .requiredOption('--from <table>', 'the table with the ledger: the one that the backup was made of')
  .requiredOption('--to <table>', 'the restored table')
  .option('--dry-run', 'counts what would be done, and writes nothing', false)
  .option('--no-open', 'leaves the table closed: for one that is kept beside the one that serves')
  .parse();
const { from, to, dryRun, open } = program.opts<{ from: string; to: string; dryRun: boolean; open: boolean }>();

const texts: Record<keyof Replayed, string> = {
  redactions: 'redactions applied again',
  cells: 'cells held what those had destroyed',
  erasedWhole: 'cells erased whole, because their spans are not known any more',
  guards: 'conversations got their watermarks, holds and reserved sequences',
  holds: 'legal holds placed',
  partIds: 'part ids',
  keys: 'items of keys and settings',
  revokedKeys: 'API keys revoked',
};

const say = (counts: Replayed): void => {
  const done = Object.entries(counts).filter(([, count]) => count > 0);
  console.log(done.length === 0 ? 'pass: nothing to do' : dryRun ? 'would be done:' : 'pass:');
  for (const [name, count] of done) console.log(`  ${count} ${texts[name as keyof Replayed]}`);
};

/** Gives the restored table the settings that it lost; ends here where it can't. */
const prepare = async (client: DynamoDBClient): Promise<void> => {
  const { faults, notes } = await restoreSettings(client, { from, to, dryRun });
  if (faults.length > 0) program.error(faults.map((fault) => `${to} can not be used: ${fault}`).join('\n'));
  for (const note of notes) console.log(`${to}: ${note}`);
};

const replay = async (client: DynamoDBDocumentClient, tableId: string): Promise<void> => {
  const sides = {
    source: replayTable(client, from),
    target: replayTable(client, to),
    erasures: erasureStore(client, to),
    guards: guardStore(client, dryRun ? from : to),
  };
  // One of them is open at a time: what a function still wrote to this one would be lost.
  const closeSource = () => sealStore(client, from).seal(tableId);
  await replayLedger({ ...sides, dryRun, ...(open && !dryRun && { closeSource }) }, say);
};

const run = async (): Promise<void> => {
  const { client } = openTable(to);
  const [sourceId, tableId] = await Promise.all([tableIdOf(client, from), tableIdOf(client, to)]);
  // It would open whatever it is given; by their ids, because an ARN is a name too.
  if (sourceId === tableId) program.error('--from and --to must be two tables');
  if ((await sealStore(client, to).read()) === tableId) {
    // It may be served by now, and what was decided since must not be taken back.
    return console.log(`${to} is open already: nothing was changed`);
  }
  await prepare(client);
  await replay(client, tableId);
  if (open) console.log(`infra/environments.ts: restoredTable: { name: '${to}', id: '${tableId}' }`);
  if (!open || dryRun) return;
  await sealStore(client, to).seal(tableId);
  console.log(`0 cells hold what was redacted: ${to} is open, and ${from} is closed`);
};

await explained(run());
