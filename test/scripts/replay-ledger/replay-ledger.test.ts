import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { sealReader, sealStore, tableGate } from '../../../shared/conversations/seal-store.ts';
import { startDynamoDBProxy } from '../../support/dynamodb-proxy.ts';
import { liveOn, secret } from '../../support/restore-drill.ts';
import { itemsOf, ownTable, restoredCopy, type Table } from '../../support/restored-table.ts';
import { runScript } from '../../support/run-script.ts';

const replayLedger = (...args: string[]) => runScript('replay-ledger', args);

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

  it('closes no table whose ledger is not that of the restored one', async () => {
    const other = await restoredCopy(await itemsOf(drill.restored));
    await sealStore(documents, other.tableName).seal(other.tableId);
    const copy = await restoredCopy();
    expect(await replayLedger('--from', other.tableName, '--to', copy.tableName)).toEqual({
      code: 1,
      out: expect.not.stringContaining('pass'),
      errors: 'error: LedgerBehind: --to has redactions that --from lacks: give as --from the table that lived on\n',
    });
    expect([await isOpen(other), await isOpen(copy)]).toEqual([true, false]);
  });

  it('closes the old table before it brings anything over, and broken off leaves both closed', async () => {
    const copy = await restoredCopy(await itemsOf(drill.restored));
    const proxy = await startDynamoDBProxy(process.env['AWS_ENDPOINT_URL_DYNAMODB']!);
    proxy.interfere(({ operation }) => (operation === 'BatchWriteItem' ? 'cut before' : undefined));
    const { code } = await runScript('replay-ledger', ['--from', ownTable.tableName, '--to', copy.tableName], {
      AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint,
    });
    await proxy.stop();
    expect([code, await isOpen(ownTable), await isOpen(copy)]).toEqual([1, false, false]);
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

  it('does not replay a table on itself, which would open any, by whatever name', async () => {
    // As DynamoDB, which takes an ARN for a name; the emulators do not.
    const server = createServer((_, response) => response.end('{"Table":{"TableId":"one"}}')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const arn = 'arn:aws:dynamodb:eu-west-1:111111111111:table/Conversations';
    const { code, errors } = await runScript('replay-ledger', ['--from', 'Conversations', '--to', arn], {
      AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}`,
    });
    server.close();
    expect([code, errors]).toEqual([1, '--from and --to must be two tables\n']);
  });

  it('says what to do where there is no such table', async () => {
    const { code, errors } = await replayLedger('--from', ownTable.tableName, '--to', 'nowhere');
    expect([code, errors]).toEqual([
      1,
      'error: ResourceNotFoundException: there is no such table in this account and region: the output TableName names it\n',
    ]);
  });
});
