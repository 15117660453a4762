import { randomUUID } from 'node:crypto';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  type GetCommandInput,
  PutCommand,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { ifHeld } from '../../../shared/conversations/conditions.ts';
import { dialectNames } from '../../../shared/dialects/registry.ts';
import { requireEnv } from '../../../shared/env.ts';
import { Unavailable } from '../../../shared/errors.ts';
import { pk, sk } from '../../../shared/table.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';

const tableName = requireEnv('TABLE_NAME');
const store = settingsStore(documents, tableName);
const freshTenant = () => randomUUID();

/** A client that keeps what it sends, and calls `before` ahead of each update. */
const watched = (before: (input: UpdateCommandInput) => Promise<void> = () => Promise.resolve()) => {
  const gets: GetCommandInput[] = [];
  const updates: UpdateCommandInput[] = [];
  const send = async (command: GetCommand | UpdateCommand) => {
    if (command instanceof GetCommand) gets.push(command.input);
    else {
      updates.push(structuredClone(command.input));
      await before(command.input);
    }
    return documents.send(command as UpdateCommand);
  };
  return { gets, updates, store: settingsStore({ send } as unknown as DynamoDBDocumentClient, tableName) };
};

/** DynamoDB applies a request whose caller stopped waiting; false if its condition refuses it. */
const applyLate = (input: UpdateCommandInput) => ifHeld(documents.send(new UpdateCommand(input)));

describe("a change of a tenant's settings", () => {
  it('keeps what it does not name, and gives back both states', async () => {
    const tenant = freshTenant();
    const first = { version: '2.14', attachmentHosts: ['a.example.com'] };
    expect(await store.write(tenant, 'intercom', first)).toEqual({ before: {}, after: first });
    const after = { version: '2.15', attachmentHosts: ['a.example.com'] };
    expect(await store.write(tenant, 'intercom', { version: '2.15' })).toEqual({ before: first, after });
    expect(await store.read(tenant, 'intercom')).toEqual(after);
    expect(await store.read(tenant, 'zendesk')).toEqual({});
  });

  it('removes what it names with null, there or not', async () => {
    const tenant = freshTenant();
    await store.write(tenant, 'intercom', { version: '2.14', attachmentHosts: [] });
    await store.write(tenant, 'intercom', { version: null, other: null });
    expect(await store.read(tenant, 'intercom')).toEqual({ attachmentHosts: [] });
  });

  it('is not undone by a late copy of an older one', async () => {
    const tenant = freshTenant();
    const older = watched();
    await older.store.write(tenant, 'intercom', { attachmentHosts: ['old.example.com'] });
    await store.write(tenant, 'intercom', { attachmentHosts: ['new.example.com'] });
    expect(await applyLate(older.updates[0]!)).toBe(false);
    expect(await store.read(tenant, 'intercom')).toEqual({ attachmentHosts: ['new.example.com'] });
  });

  it('is written even where it changes nothing, so that an older one that is still on its way fails', async () => {
    const tenant = freshTenant();
    await store.write(tenant, 'intercom', { version: '2.15' });
    const older = watched(() => Promise.reject(new Error('no answer in time')));
    await expect(older.store.write(tenant, 'intercom', { version: '2.2' })).rejects.toThrow('no answer in time');
    await store.write(tenant, 'intercom', { version: '2.15' });
    expect(await applyLate(older.updates[0]!)).toBe(false);
    expect(await store.read(tenant, 'intercom')).toEqual({ version: '2.15' });
  });

  it('is made of an item from before there were versions, and fails late there as well', async () => {
    const tenant = freshTenant();
    const item = { pk: pk.tenant(tenant), sk: sk.settings, intercom: { version: '2.2' }, zendesk: { x: 1 } };
    await documents.send(new PutCommand({ TableName: tableName, Item: item }));
    const older = watched();
    await older.store.write(tenant, 'intercom', { version: '2.14' });
    await store.write(tenant, 'intercom', { version: '2.15' });
    expect(await applyLate(older.updates[0]!)).toBe(false);
    expect(await store.read(tenant, 'intercom')).toEqual({ version: '2.15' });
    expect(await store.read(tenant, 'zendesk')).toEqual({ x: 1 });
  });

  it('is tried again over what another one wrote meanwhile', async () => {
    const tenant = freshTenant();
    const changes = [{ version: '2.15' }, { attachmentHosts: ['a.example.com'] }, { third: 3 }];
    await Promise.all(changes.map((change) => store.write(tenant, 'intercom', change)));
    await Promise.all(dialectNames.map((dialect) => store.write(tenant, dialect, { of: dialect })));
    expect(await store.read(tenant, 'intercom')).toEqual({ ...Object.assign({}, ...changes), of: 'intercom' });
    for (const dialect of dialectNames) expect(await store.read(tenant, dialect)).toMatchObject({ of: dialect });
  });

  it('is done after a refused try, where things are as it wants them', async () => {
    const tenant = freshTenant();
    const applied = watched((input) => applyLate(input).then(() => undefined));
    const { after } = await applied.store.write(tenant, 'intercom', { version: '2.15' });
    expect(after).toEqual({ version: '2.15' });
    expect(applied.updates).toHaveLength(1);
  });

  it('is given up where others keep changing them', async () => {
    const tenant = freshTenant();
    let n = 0;
    const late = watched(async () => {
      n += 1;
      await store.write(tenant, 'zendesk', { n });
    });
    await expect(late.store.write(tenant, 'intercom', { version: '2.15' })).rejects.toThrow(Unavailable);
    expect(await store.read(tenant, 'intercom')).toEqual({});
    expect(n).toBeLessThan(10);
  });
});

describe("a tenant's settings", () => {
  it('cost a reader one eventually consistent get of the one dialect', async () => {
    const tenant = freshTenant();
    await store.write(tenant, 'intercom', { version: '2.15' });
    const reader = watched();
    expect(await reader.store.read(tenant, 'intercom')).toEqual({ version: '2.15' });
    expect(reader.gets).toEqual([
      {
        TableName: tableName,
        Key: { pk: pk.tenant(tenant), sk: sk.settings },
        ProjectionExpression: '#dialect',
        ExpressionAttributeNames: { '#dialect': 'intercom' },
      },
    ]);
  });

  it('are known by dialect from the first change on', async () => {
    const tenant = freshTenant();
    expect(await store.readAll(tenant)).toBeUndefined();
    await store.write(tenant, 'zendesk', {});
    await store.write(tenant, 'intercom', { version: '2.15' });
    expect(await store.readAll(tenant)).toEqual({ zendesk: {}, intercom: { version: '2.15' } });
  });

  it('are attributes of one item by the name of their dialect, which no other attribute has', () => {
    for (const name of ['pk', 'sk', 'version']) expect(dialectNames).not.toContain(name);
  });
});
