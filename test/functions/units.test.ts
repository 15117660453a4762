import { beforeAll, expect, it } from 'vitest';
import { documentOf, freshId, message } from '../support/augno-documents.ts';
import { augnoApi, expungeApi, imported } from '../support/endpoints.ts';
import { keyOf } from '../support/tables.ts';
import { unitsOf } from '../support/units.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-units');
});

const onDynamoDBLocal = process.env['EXPUNGE_TEST_DYNAMODB'] === 'dynamodb-local';

/**
 * The emulators agree on what reads and single writes consume. DynamoDB Local also counts the writes of the index of open
 * redactions, and nothing for items that a batch does not find.
 */
const units = (read: number, write: number, there: { read?: number; write?: number } = {}) => ({
  read,
  write,
  ...(onDynamoDBLocal && there),
});

/** What each request consumes of a conversation of ten messages, authentication included. */
const requests: [string, (id: string) => Promise<{ status: number }>, { read: number; write: number }][] = [
  ['a redaction of the whole conversation', (id) => augnoApi.redact(key, id), units(9, 15, { write: 17 })],
  ['a redaction of one part', (id) => expungeApi.redact(key, id, { parts: [`mg_${id}_0`] }), units(8, 5, { write: 7 })],
  ['an append of one part', (id) => expungeApi.append(key, id, [message(freshId('mg'), 11)]), units(3, 5, { read: 2 })],
  ['a read', (id) => expungeApi.get(key, id), units(9, 0)],
  ['the placing of a hold', (id) => expungeApi.hold(key, id, true), units(3, 1)],
  ['the release of a hold', (id) => expungeApi.hold(key, id, false), units(3, 1)],
];

it.each(requests)('%s consumes what it should', async (_, send, expected) => {
  // The first request of a function reads the table's seal.
  await send(await imported(key, documentOf(10)));
  const id = await imported(key, documentOf(10));
  const consumed = await unitsOf(async () => expect((await send(id)).status).toBe(200));
  expect(consumed).toEqual(expected);
});
