import { beforeAll, describe, expect, it } from 'vitest';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { bodyLimit } from '../../../shared/http/body.ts';
import { actor, attachment, documentOf, freshId, listOf, message } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { everyPart, expungeApi, imported } from '../../support/endpoints.ts';
import { type Attempt, killAfter, withFaults } from '../../support/faults.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-import');
});

const itemsOf = async (id: string) =>
  (await everyItem())
    .filter(({ pk }) => String(pk).includes(id))
    .map((item) => JSON.stringify(item))
    .toSorted();
const standing = async () => JSON.stringify(await everyItem());
const tooManyPeople =
  'There are 2001 people; a request takes 2000. Bring the parts in several appends; ' +
  'a conversation without its parts, or a single part, that names more is not accepted';

const send = (body: unknown, more = {}) => call(importConversation, { key, body, ...more });

describe('POST /v1/conversations', () => {
  it('imports a new conversation, and says where it is and what was added', async () => {
    const document = documentOf(3);
    const { id } = document.conversation;

    const answer = await expungeApi.import(key, document);

    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      object: 'import',
      conversationId: `augno:${id}`,
      created: true,
      parts: { added: 3, existing: 0 },
    });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      location: `/v1/conversations/augno%3A${id}`,
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
      'Strict-Transport-Security': expect.any(String),
      'X-Content-Type-Options': 'nosniff',
    });
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
    expect((await everyPart(key, id)).map(({ part }) => part)).toEqual(document.messages);
  });

  it('puts content into cells and nowhere else', async () => {
    const document = documentOf(2);
    document.messages[0]!.attachments = listOf([attachment('mgah_1', 'canary-file.pdf')]);
    const id = await imported(key, document);
    const holding = (await everyItem()).filter(
      (item) => String(item.pk).includes(id) && JSON.stringify(item).includes('canary'),
    );
    expect(holding.map(({ sk }) => sk).toSorted()).toEqual(['C#000000000', 'C#000000001', 'C#META']);
  });

  it('imports a conversation without messages', async () => {
    const { conversation } = documentOf(0);
    const answer = await expungeApi.import(key, { conversation });
    expect(answer).toMatchObject({ status: 201, body: { parts: { added: 0, existing: 0 } } });
    expect((await expungeApi.get(key, conversation.id)).body.parts).toEqual([]);
  });

  it("takes the messages in the list that Augno returns, newest first, and puts them in the timeline's order", async () => {
    const { conversation, messages } = documentOf(4);
    const draft = message('mg_unsent', null);
    const answer = await expungeApi.import(key, { conversation, messages: listOf([draft, ...messages.toReversed()]) });
    expect(answer).toMatchObject({ status: 201, body: { parts: { added: 5, existing: 0 } } });
    const read = await everyPart(key, conversation.id);
    expect(read.map((part) => part.id)).toEqual([...messages.map(({ id }) => id), 'mg_unsent']);
    expect(read.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4]);
  });

  it('takes the first of two messages with one id', async () => {
    const document = documentOf(2);
    document.messages.push({ ...document.messages[0]!, body: 'the second' });
    const answer = await expungeApi.import(key, document);
    expect(answer.body.parts).toEqual({ added: 2, existing: 1 });
    expect((await everyPart(key, document.conversation.id)).map(({ part }) => part.body)).toEqual(
      document.messages.slice(0, 2).map(({ body }) => body),
    );
  });
});

describe('an import of a conversation that is there', () => {
  it('touches nothing: every item keeps its bytes, whatever the document says by now', async () => {
    const document = documentOf(3);
    const id = await imported(key, document);
    const before = await itemsOf(id);
    for (const sent of document.messages) {
      Object.assign(sent, { body: 'edited', edited_at: '2026-11-09T00:00:00.000Z', sender: actor('acus_ada', 'New') });
    }
    Object.assign(document.conversation, { title: 'edited', status: 'archived', legal_hold: 'held' });

    const again = await expungeApi.import(key, document);

    expect(again.status).toBe(200);
    expect(again.body).toEqual({
      object: 'import',
      conversationId: `augno:${id}`,
      created: false,
      parts: { added: 0, existing: 3 },
    });
    expect(await itemsOf(id)).toEqual(before);
  });

  it('adds what is new and leaves the bytes of the rest', async () => {
    const document = documentOf(2);
    const id = await imported(key, document);
    const before = await itemsOf(id);
    document.messages.push(message('mg_third', 3));

    const again = await expungeApi.import(key, document);

    expect(again.body.parts).toEqual({ added: 1, existing: 2 });
    const after = await itemsOf(id);
    const changed = after.filter((item) => !before.includes(item)).map((item) => JSON.parse(item).sk);
    expect(changed.toSorted()).toEqual(['C#000000002', 'GUARD', 'ID', 'P#000000002']);
    expect(before.filter((item) => !after.includes(item)).map((item) => JSON.parse(item).sk)).toEqual(['GUARD']);
  });

  it('brings nothing back that was redacted, the text of the conversation included', async () => {
    const document = documentOf(3);
    const id = await imported(key, document);
    await expungeApi.redact(key, id);
    const before = await itemsOf(id);
    expect((await expungeApi.import(key, document)).body.parts).toEqual({ added: 0, existing: 3 });
    expect(await itemsOf(id)).toEqual(before);
    expect((await expungeApi.get(key, id)).text).not.toContain('canary');
  });

  it('adds each part once when many run at the same time', async () => {
    const document = documentOf(30);
    const { id } = document.conversation;

    const answers = await Promise.all(Array.from({ length: 6 }, () => expungeApi.import(key, document)));

    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(answers.reduce((sum, { body }) => sum + body.parts.added, 0)).toBe(30);
    const read = await everyPart(key, id);
    expect(read.map((part) => part.id).toSorted()).toEqual(document.messages.map((sent) => sent.id).toSorted());
    expect(read.every(({ part }) => part.body === `canary body of ${part.id}`)).toBe(true);
  });
});

describe('an import that is killed half-way', () => {
  const sortKeyOf = ({ input }: Attempt): string =>
    input.Item?.sk?.S ?? input.Item?.sk ?? input.Key?.sk?.S ?? input.Key?.sk ?? '';
  const nthPut = (prefix: string, wanted: number) => () => {
    let seen = 0;
    return (attempt: Attempt) =>
      /^(Put|Update)Item/.test(attempt.command) && sortKeyOf(attempt).startsWith(prefix) && ++seen === wanted;
  };

  it.each([
    ['after the structure of the conversation', nthPut('META', 1)],
    ['after the text of the conversation', nthPut('C#META', 1)],
    ['after the guard', nthPut('GUARD', 1)],
    ['after a person', nthPut('W#', 1)],
    ['after the sequences were reserved', nthPut('GUARD', 2)],
    ['after the first part id, without its part', nthPut('ID', 1)],
    ['after some part ids', nthPut('ID', 20)],
    ['after the first cell, without its part', nthPut('C#0', 1)],
    ['after the first part', nthPut('P#', 1)],
    ['after most parts', nthPut('P#', 35)],
    ['after the last part', nthPut('P#', 40)],
  ])('%s is taken up by the next one: every part once, in order, whole', async (_, point) => {
    const document = documentOf(40);
    const { id } = document.conversation;
    const died = await withFaults(killAfter(point()), () => expungeApi.import(key, document));
    expect(died.status).toBe(500);

    const again = await expungeApi.import(key, document);

    expect([200, 201]).toContain(again.status);
    expect(again.body.parts.added + again.body.parts.existing).toBe(40);
    const read = await everyPart(key, id);
    expect(read.map(({ part }) => part)).toEqual(document.messages);
    expect((await expungeApi.get(key, id)).body.document.title).toBe('canary title');
    expect((await expungeApi.import(key, document)).body).toMatchObject({
      created: false,
      parts: { added: 0, existing: 40 },
    });
  });

  it('leaves no reader anything that fails: before the guard it is not there, after it as far as it came', async () => {
    const early = documentOf(5);
    await withFaults(killAfter(nthPut('C#META', 1)()), () => expungeApi.import(key, early));
    expect((await expungeApi.get(key, early.conversation.id)).status).toBe(404);

    const late = documentOf(5);
    await withFaults(killAfter(nthPut('P#', 2)()), () => expungeApi.import(key, late));
    const answer = await expungeApi.get(key, late.conversation.id);
    expect(answer.status).toBe(200);
    for (const { part } of answer.body.parts) expect(part.body).toBe(`canary body of ${part.id}`);
  });

  it('does not get back through a redaction what it had not written yet', async () => {
    const document = documentOf(40);
    const { id } = document.conversation;
    await withFaults(killAfter(nthPut('ID', 20)()), () => expungeApi.import(key, document));
    await expungeApi.redact(key, id);
    await expungeApi.import(key, document);
    const read = await everyPart(key, id);
    const tied = read.filter(({ sequence }) => sequence < 40);
    expect(tied.length).toBeGreaterThan(0);
    expect(tied.every(({ part }) => part.body === null)).toBe(true);
  });
});

describe('ids of an import', () => {
  const places: [string, (id: string) => unknown][] = [
    ['the conversation', (id) => withConversation({ id })],
    ['a message', (id) => ({ ...documentOf(0), messages: [message(id, 1)] })],
    ['a sender', (id) => ({ ...documentOf(0), messages: [message('mg_1', 1, { sender: actor(id) })] })],
    ['an author', (id) => ({ ...documentOf(0), messages: [message('mg_1', 1, { author: actor(id) })] })],
    ['a resource', (id) => ({ ...documentOf(0), messages: [message('mg_1', 1, { resource: { id } })] })],
    ['what is replied to', (id) => ({ ...documentOf(0), messages: [message('mg_1', 1, { reply_to: { id } })] })],
    ['an agent run', (id) => ({ ...documentOf(0), messages: [message('mg_1', 1, { agent_run: { id } })] })],
    ['an assignee', (id) => withConversation({ assignee: actor(id) })],
    ['a topic', (id) => withConversation({ topic: { id, object: 'entity', type: 'sales_order' } })],
    ['a group', (id) => withConversation({ group: { id, object: 'messaging_group' } })],
    ['a participant', (id) => withConversation({ participants: listOf([{ id }]) })],
    ["a participant's actor", (id) => withConversation({ participants: listOf([{ id: 'cvpt_1', actor: actor(id) }]) })],
    [
      "a participant's last read message",
      (id) =>
        withConversation({ participants: listOf([{ id: 'cvpt_1', read_cursor: { sequence: 1, message_id: id } }]) }),
    ],
  ];
  const withConversation = (fields: Record<string, unknown>) => {
    const document = documentOf(0);
    return { ...document, conversation: { ...document.conversation, ...fields } };
  };

  it.each(places)('may have 256 characters where %s stands', async (_, documentWith) => {
    const id = freshId('i').padEnd(256, '9');
    expect((await expungeApi.import(key, documentWith(id))).status).toBe(201);
  });

  const wrong = [
    'x'.repeat(257),
    '',
    'ada.brandt@example.com',
    'ada+brandt',
    '+4930555010020',
    '004930555010020',
    '030-555-0100',
    '(030)555.0100.22',
    'tel:110',
    'a#B#1',
    'a/b',
    'a b',
    'a\u0000',
    'a\n',
    '__proto__',
    'Ä',
  ];
  it.each(places)(
    'are opaque where %s stands: no e-mail address, no phone number, no 257 characters',
    async (_, documentWith) => {
      const before = await standing();
      for (const id of wrong) {
        const answer = await expungeApi.import(key, documentWith(id));
        expect([id, answer.status, answer.body.error.code]).toEqual([id, 400, 'invalid_request']);
        expect(answer.body.error.parameter).toMatch(/^document\.(conversation|messages)/);
        if (id.length > 3) expect(answer.text).not.toContain(JSON.stringify(id).slice(1, -1));
      }
      expect(await standing()).toBe(before);
    },
  );

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'may be names that JavaScript has for itself: %s',
    async (id) => {
      const document = documentOf(0, `${id}-${freshId('cv')}`);
      document.messages.push(message(id, 1, { sender: actor(id, 'Named'), author: actor('isPrototypeOf', 'Other') }));
      document.conversation.participants = listOf([{ id, agent_trigger_keywords: ['a word'] }, { id: `${id}2` }]);
      await imported(key, document);
      const [read] = await everyPart(key, document.conversation.id);
      expect(read.part).toEqual(document.messages[0]);
      expect((await expungeApi.get(key, document.conversation.id)).body.document).toEqual(document.conversation);
    },
  );
});

describe('what an import keeps exactly', () => {
  const deep = (levels: number): unknown => (levels === 0 ? 'bottom' : { inner: [deep(levels - 1)] });

  it.each([
    ['an empty text', { body: '' }],
    ['NUL and other control characters', { body: 'a\u0000b\u0001\u001F\u007F\u2028' }],
    ['lone surrogates', { body: '\uD800 and \uDC00', extra: { '\uD83D': '\uDE00' } }],
    ['characters beyond the first plane', { body: '🧵𝒳', note: '‮right to left' }],
    ['values of every kind', { extra: [null, true, 0, -1.5e-7, 1e21, 9007199254740991, '', [], {}, [[]]] }],
    ['forty levels', { extra: deep(40) }],
    [
      'keys that JavaScript has for itself',
      JSON.parse('{"constructor":{"prototype":1},"toString":"x","extra":{"__proto__":{"a":1}}}'),
    ],
    ['a key named __proto__', JSON.parse('{"__proto__":{"polluted":"yes"}}')],
    ['an empty list with more in it than data', { extra: { data: [], note: 'a note' } }],
    ['an empty list as an unknown field', { extra: { data: [] } }],
    ['empty objects and lists', { one: {}, two: [], three: [{}] }],
    ['false and zero', { flag: false, count: 0 }],
  ])('%s', async (_, fields) => {
    const document = documentOf(0);
    const sent = Object.defineProperties(message('mg_exact', 1), Object.getOwnPropertyDescriptors(fields));
    document.messages.push(sent);
    const text = JSON.stringify({ dialect: 'augno', document });
    expect((await send(text)).status).toBe(201);
    const [read] = await everyPart(key, document.conversation.id);
    expect(JSON.parse(JSON.stringify(read.part))).toEqual(JSON.parse(JSON.stringify(sent)));
    expect(Object.keys(read.part).toSorted()).toEqual(Object.keys(sent).toSorted());
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});

describe('what an import refuses', () => {
  const document = documentOf(1);
  const { conversation, messages } = document;

  it.each<[string, unknown, string | null]>([
    ['no body', undefined, 'body'],
    ['an empty object', {}, 'dialect'],
    ['no document', { dialect: 'augno' }, 'document'],
    ['no dialect', { document }, 'dialect'],
    ['an unknown dialect', { dialect: 'telegram', document }, 'dialect'],
    ["the API's own name as dialect", { dialect: 'expunge', document }, 'dialect'],
    ['__proto__ as dialect', { dialect: '__proto__', document }, 'dialect'],
    ['constructor as dialect', { dialect: 'constructor', document }, 'dialect'],
    ['a number as dialect', { dialect: 1, document }, 'dialect'],
    ['a list as document', { dialect: 'augno', document: [] }, 'document'],
    ['a text as document', { dialect: 'augno', document: 'x' }, 'document'],
    ['null as document', { dialect: 'augno', document: null }, 'document'],
    ['an unknown parameter', { dialect: 'augno', document, tenant: 'b' }, 'tenant'],
    ['an empty document', { dialect: 'augno', document: {} }, 'document.conversation'],
    ['no id', { dialect: 'augno', document: { conversation: {} } }, 'document.conversation.id'],
    ['a number as id', { dialect: 'augno', document: { conversation: { id: 7 } } }, 'document.conversation.id'],
    ['messages that are no list', { dialect: 'augno', document: { conversation, messages: 'x' } }, 'document.messages'],
    [
      'a time that is none',
      { dialect: 'augno', document: { conversation: { ...conversation, created_at: 'canary yesterday' } } },
      'document.conversation.created_at',
    ],
    [
      'a type that is a sentence',
      { dialect: 'augno', document: { conversation: { ...conversation, type: 'canary My PIN is 8475' } } },
      'document.conversation.type',
    ],
    [
      'a hold that is no state of one',
      { dialect: 'augno', document: { conversation: { ...conversation, legal_hold: true } } },
      'document.conversation.legal_hold',
    ],
    [
      'a message that is wrong, by its place',
      {
        dialect: 'augno',
        document: { conversation, messages: [...messages, { id: 'mg_2', kind: 'canary A Sentence' }] },
      },
      'document.messages.1.kind',
    ],
    ['a list', [], 'body'],
    ['a text', '"text"', 'body'],
    ['a number', '7', 'body'],
    ['null', 'null', 'body'],
    ['text that is not JSON', '{"dialect":"augno","document":{"canary', null],
    ['a thousand levels', `${'['.repeat(1000)}${']'.repeat(1000)}`, null],
  ])('%s, naming the parameter and no value, and writes nothing', async (_, body, parameter) => {
    const before = await standing();
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: {
        code: 'invalid_request',
        message: expect.any(String),
        parameter,
        requestId: answer.headers['x-request-id'],
      },
    });
    expect(answer.text).not.toContain('canary');
    expect(await standing()).toBe(before);
  });
});

describe('limits of an import', () => {
  const withBody = (body: string, fields = {}) => {
    const document = documentOf(0);
    document.messages.push(message('mg_large', 1, { body, ...fields }));
    return document;
  };
  // {"body":"…"} is eleven bytes beside the text.
  const most = 350 * 1024 - 11;

  it.each([
    ['letters', 'x'.repeat(most)],
    ['letters of two bytes', `x${'ä'.repeat((most - 1) / 2)}`],
    ['characters that JSON escapes', `x${'\n'.repeat((most - 1) / 2)}`],
  ])('take a part of 350 KB: %s', async (_, body) => {
    const document = withBody(body);
    const id = await imported(key, document);
    const [read] = await everyPart(key, id);
    expect(read.part).toEqual(document.messages[0]);
  });

  it.each([
    ['letters', withBody('x'.repeat(most + 1))],
    ['letters of two bytes', withBody(`xx${'ä'.repeat((most - 1) / 2)}`)],
    ['with what its vendor keeps', withBody('x'.repeat(most - 20), { subject: 'y'.repeat(30) })],
  ])('refuse one byte more, and write nothing: %s', async (_, document) => {
    const before = await standing();
    const answer = await expungeApi.import(key, document);
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large', parameter: null } } });
    expect(answer.body.error.message).toMatch(/^The content of the part mg_large is \d+ bytes; the limit is 358400$/);
    expect(await standing()).toBe(before);
  });

  it("refuse a conversation's text that no item could hold, and a person's names over 8 KB", async () => {
    const before = await standing();
    const titled = documentOf(1);
    titled.conversation.title = 'x'.repeat(360_000);
    expect((await expungeApi.import(key, titled)).status).toBe(413);
    const named = documentOf(1);
    named.messages[0]!.sender = actor('acus_long', 'x'.repeat(8 * 1024));
    expect((await expungeApi.import(key, named)).status).toBe(413);
    expect(await standing()).toBe(before);
  });

  const bodyOf = (bytes: number) => {
    const document = documentOf(0);
    document.messages.push(
      ...Array.from({ length: 15 }, (_, n) => message(`mg_${n}`, n + 1, { body: 'x'.repeat(340_000) })),
    );
    const short = bytes - JSON.stringify({ dialect: 'augno', document: { ...document, pad: '' } }).length;
    return {
      id: document.conversation.id,
      text: JSON.stringify({ dialect: 'augno', document: { ...document, pad: 'x'.repeat(short) } }),
    };
  };

  it('take a body of 5 MB, and not a byte more', async () => {
    const { id, text } = bodyOf(bodyLimit);
    expect(await send(text)).toMatchObject({ status: 201, body: { parts: { added: 15 } } });
    expect((await everyPart(key, id)).length).toBe(15);
    const over = await send(bodyOf(bodyLimit + 1).text);
    expect(over).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
  });

  it('take a body in base64, as API Gateway sends what has no content type', async () => {
    const document = documentOf(1);
    const body = Buffer.from(JSON.stringify({ dialect: 'augno', document })).toString('base64');
    expect((await send(body, { isBase64Encoded: true })).status).toBe(201);
  });

  it('take a body of one long text within the time of a request', async () => {
    expect((await send(JSON.stringify({ dialect: 'x'.repeat(4_900_000), document: {} }))).status).toBe(400);
  });

  it('refuse broken JSON of many quotes as fast as any other', async () => {
    const start = Date.now();
    expect((await send(`"${'\\"'.repeat(500_000)}`)).status).toBe(400);
    expect(Date.now() - start).toBeLessThan(5_000);
  });

  it('refuse more parts than one import takes, before anything is written', async () => {
    const id = freshId('cv');
    const messages = Array.from({ length: 5001 }, (_, n) => ({ id: `mg_${n}` }));
    const answer = await send(JSON.stringify({ dialect: 'augno', document: { conversation: { id }, messages } }));
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
    expect(await itemsWith(id)).toEqual([]);
  });

  it('refuse more people than one import names, before anything is written', async () => {
    const id = freshId('cv');
    const messages = Array.from({ length: 2001 }, (_, n) => ({
      id: `mg_${n}`,
      sender: { id: `acus_${n}`, name: 'canary' },
    }));
    const answer = await send(JSON.stringify({ dialect: 'augno', document: { conversation: { id }, messages } }));
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large', message: tooManyPeople } } });
    expect(await itemsWith(id)).toEqual([]);
  });

  it('refuse a conversation that has more people without its parts, and say that it is not accepted', async () => {
    const document = documentOf(0);
    const { id } = document.conversation;
    const participants = listOf(
      Array.from({ length: 2001 }, (_, n) => ({
        id: `cvpt_${n}`,
        object: 'conversation_participant',
        actor: actor(`acus_${n}`),
      })),
    );
    const conversation = { ...document.conversation, participants, assignee: null, topic: null };
    const answer = await send({ dialect: 'augno', document: { ...document, conversation } });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large', message: tooManyPeople } } });
    expect(await itemsWith(id)).toEqual([]);
  });
});
