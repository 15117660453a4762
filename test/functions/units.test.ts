import { beforeAll, expect, it } from 'vitest';
import { documentOf, freshId, message } from '../support/augno-documents.ts';
import { augnoApi, expungeApi, imported } from '../support/endpoints.ts';
import { keyOf } from '../support/tables.ts';
import { unitsOf } from '../support/units.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-units');
});

/** What each request consumes of a conversation of ten messages, authentication included. */
const requests: [string, (id: string) => Promise<{ status: number }>, { read: number; write: number }][] = [
  ['a redaction of the whole conversation', (id) => augnoApi.redact(key, id), { read: 9, write: 15 }],
  ['a redaction of one part', (id) => expungeApi.redact(key, id, { parts: [`mg_${id}_0`] }), { read: 8, write: 5 }],
  ['an append of one part', (id) => expungeApi.append(key, id, [message(freshId('mg'), 11)]), { read: 3, write: 5 }],
  ['a read', (id) => expungeApi.get(key, id), { read: 9, write: 0 }],
  ['the placing of a hold', (id) => expungeApi.hold(key, id, true), { read: 3, write: 1 }],
  ['the release of a hold', (id) => expungeApi.hold(key, id, false), { read: 3, write: 1 }],
];

it.each(requests)('%s consumes what it should', async (_, send, units) => {
  // The first request of a function reads the table's seal.
  await send(await imported(key, documentOf(10)));
  const id = await imported(key, documentOf(10));
  const consumed = await unitsOf(async () => expect((await send(id)).status).toBe(200));
  expect(consumed).toEqual(units);
});
