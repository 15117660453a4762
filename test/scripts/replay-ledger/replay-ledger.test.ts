import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { sealReader, sealStore, tableGate } from '../../../shared/conversations/seal-store.ts';
import { liveOn, secret } from '../../support/restore-drill.ts';
import { itemsOf, ownTable, type Table } from '../../support/restored-table.ts';

const script = join(import.meta.dirname, '../../../scripts/replay-ledger.ts');

/** Runs `npm run replay-ledger -- <args>` without npm, against the DynamoDB of this run. */
const replayLedger = async (...args: string[]) => {
  const child = spawn(process.execPath, [script, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 50_000 });
  const closed = once(child, 'close');
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  return { code, out, errors };
};

describe('npm run replay-ledger', () => {
  let drill: Awaited<ReturnType<typeof liveOn>>;
  let tables: string[];
  beforeAll(async () => {
    drill = await liveOn();
    tables = ['--from', ownTable.tableName, '--to', drill.restored.tableName];
  });

  const secrets = async () =>
    [...(await itemsOf(drill.restored)).values()].filter((item) => JSON.stringify(item).includes(secret)).length;
  const isOpen = ({ tableName, tableId }: Table = drill.restored) =>
    tableGate(sealReader(documents, tableName), tableId)().then(
      () => true,
      () => false,
    );

  it('says what it would do, and does not', async () => {
    const before = await secrets();
    expect(before).toBeGreaterThan(7);
    const { code, out } = await replayLedger(...tables, '--dry-run');
    expect(code).toBe(0);
    expect(out).toContain(`restoredTable: { name: '${drill.restored.tableName}', id: '${drill.restored.tableId}' }`);
    expect(out).toMatch(/would be done:\n {2}11 redactions applied again\n/);
    expect([await secrets(), await isOpen()]).toEqual([before, false]);
    expect(await isOpen(ownTable)).toBe(true);
  });

  it('does not take the table that lived on for the restored one', async () => {
    const before = await itemsOf(ownTable);
    const { out } = await replayLedger('--from', drill.restored.tableName, '--to', ownTable.tableName);
    expect(out).toContain('is open already: nothing was changed');
    expect(await itemsOf(ownTable)).toEqual(before);
  });

  it('destroys again what was redacted, opens the table and says what to deploy', async () => {
    const { code, out, errors } = await replayLedger(...tables);
    expect([code, errors]).toEqual([0, '']);
    expect(out).toContain('pass:\n  11 redactions applied again\n');
    expect(out).toContain('1 API keys revoked\npass: nothing to do\n');
    expect(out).toContain(`0 cells hold what was redacted: ${drill.restored.tableName} is open`);
    expect([await secrets(), await isOpen()]).toEqual([0, true]);
    expect(await isOpen(ownTable)).toBe(false);
  });

  it('leaves a table alone that is open, and may have moved on', async () => {
    const before = await itemsOf(drill.restored);
    const { code, out } = await replayLedger(...tables);
    expect([code, out]).toEqual([0, expect.stringContaining('is open already: nothing was changed')]);
    expect(await itemsOf(drill.restored)).toEqual(before);
  });

  it('keeps a table free of what is redacted in the other, and closed', async () => {
    const back = ['--from', drill.restored.tableName, '--to', ownTable.tableName];
    const { code, out } = await replayLedger(...back, '--no-open');
    expect([code, out]).toEqual([0, expect.stringContaining('pass: nothing to do')]);
    expect([await isOpen(ownTable), await isOpen()]).toEqual([false, true]);
  });

  it('goes back the same way, with what was redacted meanwhile', async () => {
    const { code, out } = await replayLedger('--from', drill.restored.tableName, '--to', ownTable.tableName);
    expect([code, out]).toEqual([0, expect.stringContaining(`${ownTable.tableName} is open`)]);
    expect([await isOpen(ownTable), await isOpen()]).toEqual([true, false]);
  });

  it('does not replay a table on itself, which would open any', async () => {
    const { code, errors } = await replayLedger('--from', ownTable.tableName, '--to', ownTable.tableName);
    expect([code, errors]).toEqual([1, '--from and --to must be two tables\n']);
  });

  it('ends with an error where there is no such table', async () => {
    const { code, errors } = await replayLedger('--from', ownTable.tableName, '--to', 'nowhere');
    expect(code).not.toBe(0);
    expect(errors).toContain('ResourceNotFoundException');
  });
});
