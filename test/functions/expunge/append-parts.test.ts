import { beforeAll, describe, expect, it } from 'vitest';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { documentOf, freshId, message } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { augnoApi, everyPart, expungeApi, imported } from '../../support/endpoints.ts';
import { type Attempt, killAfter, withFaults } from '../../support/faults.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';
import { auditOf, freshNumber, message as chatMessage, started, ticketOf } from '../../support/zendesk-documents.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-append');
});

const standing = async () => JSON.stringify(await everyItem());
const batchOf = (id: string, from: number, count: number) =>
  Array.from({ length: count }, (_, n) => message(`mg_${id}_${from + n}`, from + n + 1));
const bodiesOf = async (id: string) => (await everyPart(key, id)).map(({ part }) => part.body);

describe('POST /v1/conversations/{id}/parts', () => {
  it('appends the parts in the order given, and says how many', async () => {
    const document = documentOf(2);
    const id = await imported(key, document);
    const batch = [message('mg_z', 9), message('mg_a', 3)];

    const answer = await expungeApi.append(key, id, batch);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      object: 'append',
      conversationId: `augno:${id}`,
      parts: { added: 2, existing: 0 },
    });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': expect.any(String) });
    const read = await everyPart(key, id);
    expect(read.map(({ part }) => part)).toEqual([...document.messages, ...batch]);
    expect(read.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3]);
  });

  it('touches no part that is there, whatever the new one says', async () => {
    const document = documentOf(2);
    const id = await imported(key, document);
    const before = await standing();
    const edited = { ...document.messages[0]!, body: 'edited' };

    const answer = await expungeApi.append(key, id, [edited, edited]);

    expect(answer.body.parts).toEqual({ added: 0, existing: 2 });
    expect(await standing()).toBe(before);
  });

  it('takes the first of two parts with one id', async () => {
    const id = await imported(key, documentOf(0));
    const [first, second] = [message('mg_twice', 1), message('mg_twice', 1, { body: 'the second' })];
    const answer = await expungeApi.append(key, id, [first, second]);
    expect(answer.body.parts).toEqual({ added: 1, existing: 1 });
    expect(await bodiesOf(id)).toEqual([first.body]);
  });

  it.each(['conversation', 'messages'])(
    'adds to a redacted conversation (%s) what is new, brings nothing back, and a second redaction takes it too',
    async (scope) => {
      const document = documentOf(3);
      const id = await imported(key, document);
      const redact = () => (scope === 'messages' ? augnoApi.redact(key, id) : expungeApi.redact(key, id));
      await redact();

      const answer = await expungeApi.append(key, id, [...document.messages, message(`mg_new_${id}`, 4)]);

      expect(answer.body.parts).toEqual({ added: 1, existing: 3 });
      expect(await bodiesOf(id)).toEqual([null, null, null, `canary body of mg_new_${id}`]);
      expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
      await redact();
      expect(await itemsWith(`canary body of mg_new_${id}`)).toEqual([]);
    },
  );

  it('goes on under legal hold, which forbids destroying and not keeping', async () => {
    const id = await imported(key, documentOf(1));
    await expungeApi.hold(key, id, true);
    expect((await expungeApi.append(key, id, [message('mg_held', 2)])).status).toBe(200);
  });

  it('adds each part once when appends and imports of it run at the same time', async () => {
    const document = documentOf(24);
    const id = await imported(key, { ...document, messages: [] });
    const overlapping = [0, 6, 12].map((from) => document.messages.slice(from, from + 12));

    const answers = await Promise.all([
      ...overlapping.map((batch) => expungeApi.append(key, id, batch)),
      expungeApi.import(key, document),
      ...overlapping.map((batch) => expungeApi.append(key, id, batch.toReversed())),
    ]);

    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect(answers.reduce((sum, { body }) => sum + body.parts.added, 0)).toBe(24);
    const read = await everyPart(key, id);
    expect(read.map((part) => part.id).toSorted()).toEqual(document.messages.map((sent) => sent.id).toSorted());
    expect(read.every(({ part }) => part.body === `canary body of ${part.id}`)).toBe(true);
  });

  it('that races a redaction leaves each part whole and readable, or gone', async () => {
    const id = await imported(key, documentOf(5));
    const batches = [0, 1, 2, 3].map((n) => batchOf(id, 100 + n * 10, 10));
    const [redaction] = await Promise.all([
      expungeApi.redact(key, id),
      ...batches.map((batch) => expungeApi.append(key, id, batch)),
    ]);
    expect(redaction.body.state).toBe('completed');
    const read = await everyPart(key, id);
    expect(read).toHaveLength(45);
    for (const { part, redactedAt } of read) {
      expect(part.body).toBe(redactedAt === null ? `canary body of ${part.id}` : null);
    }
    const masked = read.filter(({ redactedAt }) => redactedAt !== null).map((part) => part.id);
    const holding = (await itemsWith(`canary body of mg_${id}`)).map(({ content }) => JSON.parse(String(content)).body);
    expect(holding.filter((body) => masked.includes(body.replace('canary body of ', '')))).toEqual([]);
  });

  it.each([
    ['the part id', 'ID'],
    ['the cell', 'C#0'],
    ['the part', 'P#'],
  ])('that is killed after %s is taken up by the next one', async (_, prefix) => {
    const id = await imported(key, documentOf(1));
    const batch = batchOf(id, 50, 10);
    let seen = 0;
    const point = ({ command, input }: Attempt) =>
      command === 'PutItemCommand' && String(input.Item?.sk?.S ?? input.Item?.sk).startsWith(prefix) && ++seen === 5;
    expect((await withFaults(killAfter(point), () => expungeApi.append(key, id, batch))).status).toBe(500);

    expect((await expungeApi.append(key, id, batch)).status).toBe(200);

    expect((await everyPart(key, id)).slice(1).map(({ part }) => part)).toEqual(batch);
  });
});

describe('limits of an append', () => {
  it('take 500 parts', async () => {
    const id = await imported(key, documentOf(0));
    expect((await expungeApi.append(key, id, batchOf(id, 0, 500))).body.parts).toEqual({ added: 500, existing: 0 });
    expect(await everyPart(key, id)).toHaveLength(500);
  });

  it.each([
    ['one document holds', [5000], 5001],
    ['documents hold together', Array.from({ length: 10 }, () => 500), 5010],
  ])('refuse more parts than an import takes that %s, and write nothing', async (_, histories, count) => {
    const ticket = ticketOf(freshNumber());
    const path = { id: `zendesk:${ticket['id']}` };
    expect((await call(importConversation, { key, body: { dialect: 'zendesk', document: { ticket } } })).status).toBe(
      201,
    );
    const before = await standing();
    const parts = histories.map((length, n) =>
      auditOf(1, [
        started(
          `2109.${n}`,
          Array.from({ length }, (__, place) => chatMessage(place, 'canary')),
        ),
      ]),
    );
    const answer = await call(appendParts, { key, path, body: { parts } });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
    expect(answer.body.error.message).toBe(`There are ${count} parts; a request takes 5000. Append the rest`);
    expect(await standing()).toBe(before);
  });

  it('refuse a chat of more than 2,000 people, say what to do, and write nothing', async () => {
    const ticket = ticketOf(freshNumber());
    const path = { id: `zendesk:${ticket['id']}` };
    await call(importConversation, { key, body: { dialect: 'zendesk', document: { ticket } } });
    const before = await standing();
    const messages = Array.from({ length: 2001 }, (_, n) =>
      chatMessage(n, 'canary', { actor_id: 1_000_000 + n, actor_name: `canary ${n}` }),
    );
    const parts = [auditOf(1, [started('2109.10502823.ScHkNqmxWcs1x', messages)])];
    const answer = await call(appendParts, { key, path, body: { parts } });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
    expect(answer.body.error.message).toBe(
      'There are 2001 people; a request takes 2000. Bring the parts in several appends; ' +
        'a conversation without its parts, or a single part, that names more is not accepted',
    );
    expect(await standing()).toBe(before);
  });

  it('take a part of 350 KB and refuse one byte more, the whole batch with it', async () => {
    const id = await imported(key, documentOf(0));
    const most = 350 * 1024 - 11;
    const fits = message('mg_fits', 1, { body: 'x'.repeat(most) });
    expect((await expungeApi.append(key, id, [fits])).status).toBe(200);
    const before = await standing();
    const over = message('mg_over', 2, { body: 'x'.repeat(most + 1) });
    const answer = await expungeApi.append(key, id, [message('mg_small', 3), over]);
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large', parameter: null } } });
    expect(await standing()).toBe(before);
  });
});

describe('what an append refuses', () => {
  const id = freshId('cv');
  beforeAll(async () => {
    await imported(key, documentOf(1, id));
  });

  it.each<[string, unknown, string | RegExp]>([
    ['no parts', undefined, 'parts'],
    ['an empty list', [], 'parts'],
    ['501 parts', batchOf(id, 0, 501), 'parts'],
    ['an object in place of the list', { id: 'mg_1' }, 'parts'],
    ['a text as a part', [message('mg_1', 1), 'canary'], 'parts.1'],
    ['a list as a part', [[]], 'parts.0'],
    ['a part without an id', [{ body: 'canary' }], /\bid$/],
    ['an id that is an e-mail address', [message('mg_1', 1), message('canary@example.com', 1)], /\bid$/],
    ['an id of 257 characters', [message('x'.repeat(257), 1)], /\bid$/],
    ['a status that is a sentence', [message('mg_1', 1, { status: 'canary My PIN' })], /\bstatus$/],
  ])('%s, naming the parameter and no value, and writes nothing', async (_, parts, parameter) => {
    const before = await standing();
    const answer = await expungeApi.append(key, id, parts);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: {
        code: 'invalid_request',
        message: expect.any(String),
        parameter: expect.stringMatching(parameter),
        requestId: answer.headers['x-request-id'],
      },
    });
    expect(answer.text).not.toContain('canary');
    expect(await standing()).toBe(before);
  });

  it('an unknown parameter', async () => {
    const answer = await expungeApi.append(key, id, undefined, { body: { parts: [message('mg_1', 1)], after: 7 } });
    expect(answer).toMatchObject({ status: 400, body: { error: { parameter: 'after' } } });
  });
});

describe('a part that is appended keeps exactly', () => {
  it.each([
    ['keys that JavaScript has for itself', '{"constructor":{"prototype":1},"extra":{"__proto__":{"a":1}}}'],
    ['NUL and lone surrogates', '{"body":"a\\u0000\\ud800","extra":{"\\udc00":"\\u0001"}}'],
  ])('%s', async (_, fields) => {
    const id = await imported(key, documentOf(0));
    const text = JSON.stringify(message('mg_exact', 1)).replace('{', `${fields.slice(0, -1)},`);
    const answer = await expungeApi.append(key, id, undefined, { body: `{"parts":[${text}]}` });
    expect(answer.status).toBe(200);
    const [{ part }] = await everyPart(key, id);
    expect(JSON.parse(JSON.stringify(part))).toEqual(JSON.parse(text));
  });

  it('survives a key named __proto__, which reaches nothing', async () => {
    const id = await imported(key, documentOf(0));
    const text = JSON.stringify(message('mg_proto', 1)).replace('{', '{"__proto__":{"polluted":"yes"},');
    expect((await expungeApi.append(key, id, undefined, { body: `{"parts":[${text}]}` })).status).toBe(200);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((await everyPart(key, id))[0].part.body).toBe('canary body of mg_proto');
  });
});
