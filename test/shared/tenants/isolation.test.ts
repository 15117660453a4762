import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handler as getRedaction } from '../../../functions/expunge/get-redaction/handler.ts';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { augnoApi, conversationEndpoints, everyPart, expungeApi, imported } from '../../support/endpoints.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

let keyA: string;
let keyB: string;
beforeAll(async () => {
  keyA = await keyOf('tenant-a');
  keyB = await keyOf('tenant-b');
});

const withoutRequest = (text: string, requestId: string, id: string) =>
  text.replaceAll(requestId, '').replaceAll(id, '');
const headersOf = (headers: Record<string, string>) => ({ ...headers, 'x-request-id': 'any' });

describe.each(conversationEndpoints)("another tenant's conversation at $route", ({ handler, request }) => {
  let id: string;
  beforeEach(async () => {
    id = await imported(keyA, documentOf(2));
    // Redacted in part, so that there is a ledger too.
    await expungeApi.redact(keyA, id, { parts: [`mg_${id}_0`] });
  });

  it.each([
    ['', {}],
    [' and an idempotency key that its owner has used', { 'idempotency-key': 'the-same' }],
  ])('answers exactly as for an id that nobody has%s, and changes nothing', async (_, extra) => {
    const as = (key: string, target: string) => {
      const sent = request(target);
      return call(handler, { key, ...sent, headers: { ...sent.headers, ...extra } });
    };
    expect((await as(keyA, id)).status).toBeLessThan(300);
    const before = JSON.stringify(await everyItem());

    const foreign = await as(keyB, id);
    const nobodys = freshId('cv');
    const unknown = await as(keyB, nobodys);

    expect(foreign.status).toBe(404);
    expect(withoutRequest(foreign.text, foreign.headers['x-request-id']!, id)).toBe(
      withoutRequest(unknown.text, unknown.headers['x-request-id']!, nobodys),
    );
    expect(headersOf(foreign.headers)).toEqual(headersOf(unknown.headers));
    expect(JSON.stringify(await everyItem())).toBe(before);
  });
});

describe("another tenant's redaction", () => {
  it('is not found, under its own conversation or under one of theirs', async () => {
    const id = await imported(keyA, documentOf(1));
    const { body } = await expungeApi.redact(keyA, id);
    const theirs = await imported(keyB, documentOf(1));
    expect((await expungeApi.redaction(keyB, id, body.id)).body.error.code).toBe('conversation_not_found');
    expect((await expungeApi.redaction(keyB, theirs, body.id)).body.error.code).toBe('redaction_not_found');
  });

  it('is no cursor to read from', async () => {
    const id = await imported(keyA, documentOf(1));
    const { body } = await expungeApi.redact(keyA, id);
    const theirs = await imported(keyB, documentOf(1));
    const own = await expungeApi.redact(keyB, theirs);
    const page = await expungeApi.redactions(keyB, theirs, { cursor: body.id });
    expect(page.body.data).toEqual([own.body]);
  });
});

describe('two tenants with the same ids', () => {
  it('have a conversation each, and redact their own alone', async () => {
    const document = documentOf(3);
    const id = await imported(keyA, document);
    const theirs = structuredClone(document);
    theirs.messages.forEach((sent) => Object.assign(sent, { body: `theirs of ${sent.id}` }));
    await imported(keyB, theirs);
    const bytesOfB = async () =>
      JSON.stringify((await everyItem()).filter(({ pk }) => String(pk).startsWith('T#tenant-b#')));
    const before = await bytesOfB();

    await expungeApi.redact(keyA, id, undefined, { headers: { 'idempotency-key': 'mine' } });

    expect(await bytesOfB()).toBe(before);
    expect((await everyPart(keyB, id)).map(({ part }) => part)).toEqual(theirs.messages);
    expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
    expect((await expungeApi.redactions(keyB, id)).body.data).toEqual([]);
    const redaction = await expungeApi.redact(keyB, id, undefined, { headers: { 'idempotency-key': 'mine' } });
    expect(redaction.headers['idempotent-replayed']).toBeUndefined();
    expect((await expungeApi.redactions(keyA, id)).body.data).toHaveLength(1);
  });

  it('hold and release their own', async () => {
    const document = documentOf(1);
    const id = await imported(keyA, document);
    await imported(keyB, document);
    await augnoApi.hold(keyA, id, 'held');
    expect((await augnoApi.get(keyB, id)).body.legal_hold).toBe('released');
    expect((await augnoApi.redact(keyB, id)).status).toBe(200);
    expect((await augnoApi.redact(keyA, id)).status).toBe(400);
  });
});

describe('ids that look like keys of the table', () => {
  it.each([
    ['the mark of our keys', 'augno:cv_1#GUARD'],
    ['steps up', '../tenant-a'],
    ['a part id', 'augno:x#I#y'],
    ['a bucket in place of the dialect', 'augno#B#1:cv'],
    ['a mark alone', '#:cv'],
    ["another tenant's whole key", 'T#tenant-a#C#augno:cv'],
    ['a dialect of 3,000 letters', `${'a'.repeat(3000)}:cv`],
    ['3,000 letters', `augno:${'a'.repeat(3000)}`],
    ['a dialect of letters of two bytes', `${'ä'.repeat(1025)}:cv`],
    ['a colon', ':'],
    ['nothing', ''],
    ['a dialect alone', 'augno:'],
    ['no dialect', ':cv'],
    ['a control character', '\u0000:cv'],
    ['a dialect that is none', 'nobody:cv'],
  ])('are not found: %s', async (_, id) => {
    const before = JSON.stringify(await everyItem());
    for (const { handler, request } of conversationEndpoints) {
      const answer = await call(handler, { key: keyB, ...request('x'), path: { id } });
      expect(answer.status).toBe(404);
    }
    expect((await call(getRedaction, { key: keyB, path: { id, redactionId: 'f'.repeat(32) } })).status).toBe(404);
    expect(JSON.stringify(await everyItem())).toBe(before);
  });
});
