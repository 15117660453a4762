import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { resumeOpen } from '../../../functions/erasure/resume/resume-open.ts';
import { erasures, guards } from '../../../functions/stores.ts';
import { documents } from '../../../shared/clients.ts';
import { cellKey } from '../../../shared/conversations/cell.ts';
import { erasureStore } from '../../../shared/conversations/cell-erasure.ts';
import { guardStore } from '../../../shared/conversations/guard.ts';
import { sealStore } from '../../../shared/conversations/seal-store.ts';
import { requireEnv } from '../../../shared/env.ts';
import { TableInUse } from '../../../shared/errors.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import { replayPass } from '../../../shared/redactions/replay.ts';
import { replayTable } from '../../../shared/redactions/replay-table.ts';
import { pk, sk } from '../../../shared/table.ts';
import { apiKeyStore, permissions } from '../../../shared/tenants/api-key-store.ts';
import { type Attempt, Killed, killAfter, withFaults } from '../../support/faults.ts';
import { holdingBack } from '../../support/late-copies.ts';
import { caller, conversationOf, stores, tenantId } from '../../support/redactions.ts';
import { itemsOf, ownTable, restoredCopy, type Table } from '../../support/restored-table.ts';
import type { Item } from '../../support/tables.ts';

const TableName = requireEnv('TABLE_NAME');
const target = replayTable(documents, TableName);
const seals = sealStore(documents, TableName);
const isPut = ({ command }: Attempt) => command === 'PutItemCommand';
const itemAt = async (Key: { pk: string; sk: string }): Promise<Item | undefined> =>
  (await documents.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

describe('a late copy of what a replay writes, once the table is open', () => {
  it('does not close or open it again', async () => {
    await seals.sealIfNew('own');
    const { late } = await holdingBack(isPut, () => seals.seal('other'));
    expect(await seals.read()).toBe('other');
    await seals.seal('own');
    await late.apply();
    expect(await seals.read()).toBe('own');
  });

  it('does not take back a hold, a watermark or sequences', async () => {
    const id = await conversationOf(2);
    const key = { pk: pk.conversation(tenantId, id), sk: sk.guard };
    const standing = await itemAt(key);
    const { late } = await holdingBack(isPut, () => target.put({ ...standing, nextSequence: 5 }, standing));
    await guards.reserve(tenantId, id, 1);
    await guards.setLegalHold(tenantId, id, true, 1000);
    const decided = await itemAt(key);
    await late.apply();
    expect(decided).toMatchObject({ nextSequence: 6, heldSince: 1000 });
    expect(await itemAt(key)).toEqual(decided);
  });

  it('does not let an API key work again that was revoked', async () => {
    const keys = apiKeyStore(documents, TableName);
    const { key, keyId } = await keys.create('tenant-elsewhere', permissions, new Date());
    const listed = await itemAt({ pk: pk.tenant('tenant-elsewhere'), sk: sk.tenantKey(keyId) });
    const at = { pk: pk.apiKey(String(listed!['hash'])), sk: sk.apiKey };
    const item = (await itemAt(at))!;
    const { late } = await holdingBack(isPut, () => target.put(item, undefined));
    await keys.revoke('tenant-elsewhere', keyId, new Date());
    await late.apply();
    expect(await keys.find(key)).toBeUndefined();
  });

  it('does not bring back the text of a cell that was erased', async () => {
    const id = await conversationOf(1);
    const key = cellKey(tenantId, id, 0);
    const cell = (await itemAt(key))!;
    const masked = { ...cell, content: '{"body":"▇▇▇▇ and more"}', version: 2, masks: ['r1'] };
    const { late } = await holdingBack(isPut, () => target.putMasked(masked));
    expect(await itemAt(key)).toEqual(masked);
    await erasures.erase(tenantId, id, [0], { redactionId: 'r2', erasedAt: 1 });
    await late.apply();
    expect(await itemAt(key)).toEqual({ ...key, redactionId: 'r2', erasedAt: 1 });
  });
});

describe('a seal', () => {
  it('is not set if somebody else sets one at the same time', async () => {
    await seals.sealIfNew('own');
    let others = 0;
    const sealing = withFaults(
      (attempt) => (isPut(attempt) && others++ === 0 ? { before: () => seals.seal('theirs') } : undefined),
      () => seals.seal('ours'),
    );
    await expect(sealing).rejects.toThrow(TableInUse);
    expect(await seals.read()).toBe('theirs');
  });
});

describe('a replay of named parts that a hold stopped', () => {
  const replayInto = (table: Table) =>
    replayPass({
      source: replayTable(documents, TableName),
      target: replayTable(documents, table.tableName),
      erasures: erasureStore(documents, table.tableName),
      guards: guardStore(documents, table.tableName),
    });
  const isBatch = ({ command }: Attempt) => command === 'BatchWriteItemCommand';

  it.each([
    ['all of which were erased', 2, 'halted'],
    ['some of which were erased', 30, 'refused'],
  ])('%s erases those again, and no others', async (_, count, state) => {
    const id = await conversationOf(count + 1);
    const restored = await restoredCopy();
    const sequences = Array.from({ length: count }, (__, n) => n);
    const scope = { kind: 'parts' as const, partIds: sequences.map((n) => `${id.slice(6)}_${n}`) };
    const dying = withFaults(killAfter(isBatch), () =>
      redact(stores)({ caller, conversationId: id, scope, sequences }, undefined),
    );
    await expect(dying).rejects.toThrow(Killed);
    await guards.setLegalHold(tenantId, id, true, 1000);
    await resumeOpen({ ...stores, now: () => stores.now() + 120_000 })(() => 300_000);
    const [entry] = (await stores.ledger.list(tenantId, id, { limit: 1 })).redactions;
    expect(entry!.state).toBe(state);

    await replayInto(restored);

    const cellsOf = async (table: Table) => {
      const items = await itemsOf(table);
      return [...sequences, count].map((n) => {
        const { pk: partition, sk: sort } = cellKey(tenantId, id, n);
        return 'content' in items.get(`${partition} ${sort}`)!;
      });
    };
    const inSource = await cellsOf(ownTable);
    expect(inSource).toContain(false);
    expect(inSource.at(-1)).toBe(true);
    expect(await cellsOf(restored)).toEqual(inSource);
  });
});
