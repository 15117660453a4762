import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { sealBelief, sealStore, tableGate } from '../../../shared/conversations/seal-store.ts';
import { requireEnv } from '../../../shared/env.ts';
import { TableNotReplayed } from '../../../shared/errors.ts';
import { call, contextOf } from '../../support/call.ts';
import { type Attempt, withFaults } from '../../support/faults.ts';
import { keyOf } from '../../support/tables.ts';

const seals = sealStore(documents, requireEnv('TABLE_NAME'));
const ownId = requireEnv('TABLE_ID');

describe('the seal of a table', () => {
  it('is not there before the first key, and the table is served: there is nothing in it', async () => {
    expect(await seals.read()).toBeUndefined();
    await tableGate(seals.read, ownId)();
  });

  it('is put once, and a copy of the table can not be taken for a new one', async () => {
    await seals.sealIfNew(ownId);
    await seals.sealIfNew(ownId);
    await expect(seals.sealIfNew('another')).rejects.toThrow(TableNotReplayed);
    expect(await seals.read()).toBe(ownId);
  });

  it('is asked for at each request while it does not fit, and once it does after a minute', async () => {
    const asked: string[] = [];
    const sealedFor = ['another', 'another', ownId, 'another', ownId];
    let now = 1_000;
    const gate = tableGate(
      async () => (asked.push('seal'), sealedFor.shift()),
      ownId,
      () => now,
    );
    await expect(gate()).rejects.toThrow(TableNotReplayed);
    await expect(gate()).rejects.toThrow(TableNotReplayed);
    for (let request = 0; request < 3; request++) await gate();
    now += sealBelief - 1;
    await gate();
    expect(asked).toHaveLength(3);
    now += 1;
    await expect(gate()).rejects.toThrow(TableNotReplayed);
    await gate();
    expect(asked).toHaveLength(5);
  });
});

const functions = join(import.meta.dirname, '../../../functions');
const folders = readdirSync(functions, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('handler.ts'))
  .map((file) => file.slice(0, -'/handler.ts'.length))
  // It has no table.
  .filter((folder) => folder !== 'expunge/unknown-route')
  .toSorted();

const event = { tenantId: 'acme', conversationId: 'augno:cv_1', id: 'redaction', error: 'Gone' };
const ref = { tenantId: 'acme', conversationId: 'augno:cv_1', id: 'redaction' };
const erasable = { ...ref, acceptedAt: 1, scope: { kind: 'messages' }, run: { from: 0, through: 1 }, chunkBuckets: 5 };
const inputs: Record<string, unknown> = { 'erasure/erase-chunk': { redaction: erasable, chunk: 0 } };

describe('a restored table that is not replayed', () => {
  let key: string;
  beforeAll(async () => {
    key = await keyOf('acme');
    await seals.seal('the table that it was copied from');
  });
  afterAll(() => seals.seal(ownId));

  it('has functions to be refused by', () => expect(folders.length).toBeGreaterThan(20));

  it.each(folders)('is not served by %s, which reads the seal and nothing else', async (folder) => {
    const { handler } = await import(join(functions, folder, 'handler.ts'));
    const commands: string[] = [];
    const note = ({ command, input }: Attempt) => {
      commands.push(`${command} ${input.Key?.pk}`);
      return undefined;
    };
    await withFaults(
      note,
      async () => {
        if (folder.startsWith('erasure/')) {
          const run = handler(inputs[folder] ?? event, contextOf());
          await expect(run).rejects.toMatchObject({ name: 'TableNotReplayed' });
        } else {
          const headers = { 'augno-version': '1.0.forge-preview.3', 'intercom-version': '2.15' };
          expect(await call(handler, { key, headers })).toMatchObject({ status: 503 });
        }
      },
      'initialize',
    );
    expect(commands).toEqual(['GetItemCommand TABLE']);
  });
});
