import { beforeAll, describe, expect, it } from 'vitest';
import { actor, attachment, documentOf, freshId, listOf, message } from '../../support/augno-documents.ts';
import type { Answer } from '../../support/call.ts';
import { augnoApi, expungeApi, imported } from '../../support/endpoints.ts';
import { everyItem, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-augno-list');
});

const idsOf = ({ body }: Answer): string[] => body.data.map(({ id }: { id: string }) => id);

/** What API Gateway makes of a query: what is repeated is joined by commas. */
const queryOf = (url: string): Record<string, string> => {
  const { searchParams } = new URL(url, 'https://api.example.com');
  return Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name).join(',')]));
};

/** Follows the urls of an answer in one direction to the end. */
const follow = async (id: string, first: Answer, url: 'next_page_url' | 'previous_page_url'): Promise<Answer[]> => {
  const pages = [first];
  for (let next = first.body.page_info[url]; next !== null; next = pages.at(-1)!.body.page_info[url]) {
    expect(new URL(next, 'https://api.example.com').pathname).toBe(`/v1/messaging/conversations/${id}/messages`);
    expect(pages.length).toBeLessThan(60);
    const page = await augnoApi.messages(key, id, queryOf(next));
    expect(page.status).toBe(200);
    pages.push(page);
  }
  return pages;
};

describe('GET /v1/messaging/conversations/{id}/messages', () => {
  it('lists the messages, newest first; what was not asked for is there, and null', async () => {
    const document = documentOf(3);
    document.messages[1]!.attachments = listOf([attachment('mgah_1', 'a.pdf')]);
    const id = await imported(key, document);

    const answer = await augnoApi.messages(key, id);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      object: 'list',
      page_info: { next_page_url: null, previous_page_url: null, has_next_page: false, has_prev_page: false },
      data: document.messages.toReversed().map((sent) => ({ ...sent, sender: null, author: null, attachments: null })),
    });
    expect(answer.headers).toMatchObject({
      'augno-version': '1.0.forge-preview.3',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    });
  });

  it('has every key of a message, whatever the document had', async () => {
    const id = freshId('cv');
    await expungeApi.import(key, { conversation: { id }, messages: [{ id: 'mg_bare' }] });
    const [bare] = (await augnoApi.messages(key, id)).body.data;
    expect(Object.keys(bare).toSorted()).toEqual(Object.keys(message('mg_1', 1)).toSorted());
    expect(bare).toMatchObject({ id: 'mg_bare', object: 'chat_message', body: null, sender: null, attachments: null });
  });

  it('is empty for a conversation without messages', async () => {
    const id = await imported(key, documentOf(0));
    expect((await augnoApi.messages(key, id)).body).toMatchObject({ data: [], page_info: { has_next_page: false } });
  });

  it('changes nothing', async () => {
    const id = await imported(key, documentOf(2));
    const before = JSON.stringify(await everyItem());
    await augnoApi.messages(key, id, { include: 'sender,conversation' });
    expect(JSON.stringify(await everyItem())).toBe(before);
  });

  it('shows redacted messages in their place', async () => {
    const document = documentOf(3);
    const id = await imported(key, document);
    await expungeApi.redact(key, id, { parts: [document.messages[1]!.id] });
    const { body } = await augnoApi.messages(key, id, { include: 'sender,author,attachments' });
    const [third, second, first] = body.data;
    expect([first, third]).toEqual([document.messages[0], document.messages[2]]);
    expect(second).toEqual({
      ...document.messages[1],
      body: null,
      edited_at: expect.any(String),
      updated_at: second.edited_at,
    });
  });
});

describe('paging', () => {
  const document = documentOf(23);
  const { id } = document.conversation;
  const newestFirst = document.messages.map((sent) => sent.id).toReversed();
  beforeAll(() => imported(key, document));

  it.each([1, 5, 11, 22, 23, 24, 100])('by %i leads to the end and back, every message once', async (limit) => {
    const pages = await follow(id, await augnoApi.messages(key, id, { limit: String(limit) }), 'next_page_url');
    expect(pages.flatMap(idsOf)).toEqual(newestFirst);
    expect(pages.slice(0, -1).every((page) => page.body.data.length === limit)).toBe(true);
    pages.forEach(({ body: { page_info: info } }, n) => {
      expect(info.has_next_page).toBe(n < pages.length - 1);
      expect(info.next_page_url !== null).toBe(info.has_next_page);
      expect(info.has_prev_page).toBe(n > 0);
      expect(info.previous_page_url !== null).toBe(info.has_prev_page);
    });

    const back = await follow(id, pages.at(-1)!, 'previous_page_url');
    // The last page is where it starts; the one before the first may be asked for and is empty.
    expect(back.toReversed().flatMap(idsOf)).toEqual(newestFirst);
    const again = back.find((page) => page.body.data.length > 0 && idsOf(page)[0] === newestFirst[0])!;
    expect((await follow(id, again, 'next_page_url')).flatMap(idsOf)).toEqual(newestFirst);
  });

  it('gives 50 where no limit is asked for', async () => {
    const large = await imported(key, documentOf(51));
    const answer = await augnoApi.messages(key, large);
    expect(answer.body.data).toHaveLength(50);
    expect(answer.body.page_info.has_next_page).toBe(true);
  });

  it('keeps its place when messages are added meanwhile', async () => {
    const growing = documentOf(6);
    const own = await imported(key, growing);
    const first = await augnoApi.messages(key, own, { limit: '3' });
    await expungeApi.append(key, own, [message('mg_meanwhile', 7)]);
    const second = await augnoApi.messages(key, own, queryOf(first.body.page_info.next_page_url));
    expect([...idsOf(first), ...idsOf(second)]).toEqual(growing.messages.map((sent) => sent.id).toReversed());
    const newer = await augnoApi.messages(key, own, queryOf(second.body.page_info.previous_page_url));
    expect(idsOf(newer)).toEqual(idsOf(first));
    const newest = await augnoApi.messages(key, own, queryOf(newer.body.page_info.previous_page_url));
    expect(idsOf(newest)).toEqual(['mg_meanwhile']);
  });

  it('carries filters and includes along', async () => {
    const first = await augnoApi.messages(key, id, {
      limit: '2',
      status: 'sent',
      after_sequence: '3',
      'include[]': 'sender,reply_to.author',
    });
    expect(queryOf(first.body.page_info.next_page_url)).toEqual({
      cursor: expect.any(String),
      limit: '2',
      status: 'sent',
      after_sequence: '3',
      'include[]': 'sender,reply_to,reply_to.author',
    });
    const pages = await follow(id, first, 'next_page_url');
    expect(pages.flatMap(idsOf)).toEqual(newestFirst.slice(0, 20));
    expect(pages.every(({ body }) => body.data.every(({ sender }: { sender: unknown }) => sender !== null))).toBe(true);
  });

  it.each([
    ['a limit of none', { limit: '0' }, 'limit'],
    ['a limit over 100', { limit: '101' }, 'limit'],
    ['a limit that is no number', { limit: '1.5' }, 'limit'],
    ['an empty limit', { limit: '' }, 'limit'],
    ['a cursor that was never given', { cursor: 'x7' }, 'cursor'],
    ['a cursor without a direction', { cursor: '7' }, 'cursor'],
    ['a cursor of ten digits', { cursor: 'n1234567890' }, 'cursor'],
    ['an unknown status', { status: 'deleted' }, 'status'],
    ['a sequence that is no number', { after_sequence: 'x' }, 'after_sequence'],
    ['a sequence below zero', { after_sequence: '-1' }, 'after_sequence'],
    ['a search', { q: 'canary words' }, 'q'],
    ['an unknown include', { include: 'assignee' }, 'include[]'],
  ])('refuses %s, naming the parameter', async (_, query, param) => {
    const answer = await augnoApi.messages(key, id, query);
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: {
        code: 'parameter_invalid',
        type: 'invalid_request_error',
        message: expect.any(String),
        param,
        doc_url: 'https://docs.augno.com/api/errors#parameter_invalid',
        is_transient: false,
        quota: null,
        request_log_url: null,
      },
    });
    expect(answer.text).not.toContain('canary');
  });

  it.each(['n999999999', 'p999999999', 'n0', 'p0'])('takes the cursor %s', async (cursor) => {
    const answer = await augnoApi.messages(key, id, { cursor, limit: '5' });
    expect(answer.status).toBe(200);
    expect(idsOf(answer)).toEqual(
      { n999999999: newestFirst.slice(0, 5), p999999999: [], n0: newestFirst.slice(-1), p0: newestFirst.slice(-5) }[
        cursor
      ],
    );
  });
});

describe('filters', () => {
  const document = documentOf(3);
  const { id } = document.conversation;
  document.messages.push(
    message('mg_failed', 4, { status: 'failed' }),
    message('mg_five', 5),
    message('mg_draft', null),
    message('mg_scheduled', null, { status: 'scheduled' }),
  );
  beforeAll(() => imported(key, document));
  const listed = async (query: Record<string, string>) => idsOf(await augnoApi.messages(key, id, query));

  it.each([
    ['draft', ['mg_draft']],
    ['scheduled', ['mg_scheduled']],
    ['failed', ['mg_failed']],
    ['canceled', []],
    ['rejected', []],
    ['superseded', []],
  ])('by status %s', async (status, wanted) => {
    expect(await listed({ status })).toEqual(wanted);
  });

  it('by the status sent, and by sequence, and by both', async () => {
    const [one, two, three] = document.messages.map((sent) => sent.id);
    expect(await listed({ status: 'sent' })).toEqual(['mg_five', three, two, one]);
    expect(await listed({ after_sequence: '3' })).toEqual(['mg_five', 'mg_failed']);
    expect(await listed({ after_sequence: '3', status: 'sent' })).toEqual(['mg_five']);
    expect(await listed({ after_sequence: '99' })).toEqual([]);
    expect(await listed({ after_sequence: '0' })).toEqual(['mg_five', 'mg_failed', three, two, one]);
  });

  it('that few messages pass still lead to all of them', async () => {
    const sparse = documentOf(0);
    sparse.messages.push(
      ...Array.from({ length: 60 }, (_, n) => message(`mg_${n}`, n + 1, { status: n % 29 === 0 ? 'failed' : 'sent' })),
    );
    const own = await imported(key, sparse);
    const pages = await follow(
      own,
      await augnoApi.messages(key, own, { status: 'failed', limit: '1' }),
      'next_page_url',
    );
    expect(pages.flatMap(idsOf)).toEqual(['mg_58', 'mg_29', 'mg_0']);
  });
});

describe('include', () => {
  const document = documentOf(2);
  const { id } = document.conversation;
  const [quoted] = document.messages;
  quoted!.attachments = listOf([attachment('mgah_q', 'quoted.pdf')]);
  document.messages.push(
    message('mg_full', 9, {
      sender: actor('acus_noor', 'Noor Haddad'),
      resource: { id: 'so_1', object: 'entity', type: 'sales_order', name: 'Order 17', handle: null },
      attachments: listOf([
        {
          ...attachment('mgah_1', 'a.pdf'),
          resource: { id: 'so_2', object: 'entity', type: 'invoice', name: 'I', handle: null },
        },
      ]),
      reply_to: { id: quoted!.id },
      agent_run: { id: 'agrn_1', object: 'agent_run', status: 'done' },
    }),
  );
  const full = document.messages[2]!;
  beforeAll(() => imported(key, document));

  const bareQuote = { ...quoted, sender: null, author: null, attachments: null };
  const bareConversation = {
    ...document.conversation,
    assignee: null,
    participants: null,
    last_message: null,
    last_message_at: expect.anything(),
  };
  const withoutResource = {
    ...full.attachments,
    data: (full.attachments.data as object[]).map((file) => ({ ...file, resource: null })),
  };
  const expansions: [string, Record<string, unknown>][] = [
    ['sender', { sender: full.sender }],
    ['author', { author: full.author }],
    ['resource', { resource: full.resource }],
    ['attachments', { attachments: withoutResource }],
    ['attachments.resource', { attachments: full.attachments }],
    ['conversation', { conversation: bareConversation }],
    [
      'conversation.participants',
      { conversation: { ...bareConversation, participants: document.conversation.participants } },
    ],
    [
      'conversation.last_message',
      {
        conversation: {
          ...bareConversation,
          last_message: {
            ...full,
            sender: null,
            author: null,
            resource: null,
            attachments: null,
            reply_to: null,
            agent_run: null,
          },
        },
      },
    ],
    ['reply_to', { reply_to: bareQuote }],
    ['reply_to.sender', { reply_to: { ...bareQuote, sender: quoted!.sender } }],
    ['reply_to.author', { reply_to: { ...bareQuote, author: quoted!.author } }],
    ['reply_to.attachments', { reply_to: { ...bareQuote, attachments: quoted!.attachments } }],
    ['agent_run', { agent_run: full.agent_run }],
  ];
  const bare = {
    ...full,
    sender: null,
    author: null,
    resource: null,
    attachments: null,
    reply_to: null,
    agent_run: null,
  };

  it.each(expansions)('%s expands that and nothing else, in both spellings', async (name, expanded) => {
    for (const spelling of ['include[]', 'include']) {
      const { body } = await augnoApi.messages(key, id, { [spelling]: name, limit: '1' });
      expect(body.data).toEqual([{ ...bare, ...expanded }]);
    }
  });

  it('conversation expands the conversation, with nothing expanded in it but what is asked for', async () => {
    const query = { include: 'conversation.participants', limit: '1' };
    const [{ conversation }] = (await augnoApi.messages(key, id, query)).body.data;
    expect(conversation).toMatchObject({
      ...document.conversation,
      assignee: null,
      participants: document.conversation.participants,
      last_message_at: conversation.last_message_at,
      last_message: null,
    });
  });

  it('renders what is replied to from where it stands: redacted when its source is', async () => {
    const own = documentOf(1);
    const source = own.messages[0]!;
    own.messages.push(message('mg_answer', 2, { reply_to: { id: source.id, body: 'canary copy' } }));
    const ownId = await imported(key, own);
    const replyOf = async () => (await augnoApi.messages(key, ownId, { include: 'reply_to' })).body.data[0].reply_to;
    expect((await replyOf()).body).toBe(source.body);
    await expungeApi.redact(key, ownId, { parts: [source.id] });
    expect(await replyOf()).toMatchObject({ id: source.id, body: null });
  });

  it('is null where what is replied to is not there', async () => {
    const own = documentOf(0);
    own.messages.push(message('mg_orphan', 1, { reply_to: { id: 'mg_nowhere' } }));
    const ownId = await imported(key, own);
    const { body } = await augnoApi.messages(key, ownId, { include: 'reply_to' });
    expect(body.data[0].reply_to).toBeNull();
  });
});

describe('an answer ends before it grows too large', () => {
  const answerLimit = 6_291_556;
  const large = 'x'.repeat(340_000);

  it('with large messages: pages are cut short, and lead to all of them', async () => {
    const document = documentOf(0);
    const id = await imported(key, document);
    const messages = Array.from({ length: 40 }, (_, n) => message(`mg_${n}`, n + 1, { body: n % 2 ? 'small' : large }));
    for (let n = 0; n < 40; n += 20) await expungeApi.append(key, id, messages.slice(n, n + 20));
    const pages = await follow(id, await augnoApi.messages(key, id, { limit: '100' }), 'next_page_url');
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flatMap(idsOf)).toEqual(messages.map((sent) => sent.id).toReversed());
    expect(pages.every((page) => Buffer.byteLength(page.text) < answerLimit)).toBe(true);
    const back = await follow(id, pages.at(-1)!, 'previous_page_url');
    expect(back.toReversed().flatMap(idsOf)).toEqual(messages.map((sent) => sent.id).toReversed());
  });

  it('with many replies to a large message', async () => {
    const document = documentOf(0);
    document.messages.push(message('mg_source', 1, { body: large }));
    document.messages.push(
      ...Array.from({ length: 30 }, (_, n) => message(`mg_${n}`, n + 2, { reply_to: { id: 'mg_source' } })),
    );
    const id = await imported(key, document);
    const pages = await follow(id, await augnoApi.messages(key, id, { include: 'reply_to' }), 'next_page_url');
    expect(pages.every((page) => Buffer.byteLength(page.text) < answerLimit)).toBe(true);
    expect(pages.flatMap(idsOf)).toHaveLength(31);
  });

  it('with a conversation of much text beside every message', async () => {
    const document = documentOf(30);
    document.conversation.title = large;
    const id = await imported(key, document);
    const pages = await follow(id, await augnoApi.messages(key, id, { include: 'conversation' }), 'next_page_url');
    expect(pages.every((page) => Buffer.byteLength(page.text) < answerLimit)).toBe(true);
    expect(pages.flatMap(idsOf)).toHaveLength(30);
  });
});
