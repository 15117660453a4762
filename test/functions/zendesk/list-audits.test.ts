import { beforeAll, describe, expect, it } from 'vitest';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as redactConversation } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as listAudits } from '../../../functions/zendesk/list-audits/handler.ts';
import { handler as redactChat } from '../../../functions/zendesk/redact-chat/handler.ts';
import { call } from '../../support/call.ts';
import { expectDocumented } from '../../support/documented.ts';
import { keyOf } from '../../support/tables.ts';
import {
  auditOf,
  change,
  documentIn,
  documentOf,
  ended,
  type Fields,
  freshNumber,
  message,
  started,
  ticketOf,
  type ZendeskDocument,
} from '../../support/zendesk-documents.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const origin = { host: 'support.example.com', 'x-forwarded-proto': 'https' };
const imported = async (document: ZendeskDocument): Promise<void> => {
  const answer = await call(importConversation, { key, body: { dialect: 'zendesk', document: documentIn(document) } });
  expect(answer.status).toBe(201);
};
const append = async (id: number, parts: Fields[]): Promise<void> => {
  expect((await call(appendParts, { key, path: { id: `zendesk:${id}` }, body: { parts } })).status).toBe(200);
};
const list = async (id: number | string, query?: Record<string, string>, headers: Record<string, string> = origin) => {
  const answer = await call(listAudits, { key, path: { ticket_id: String(id) }, headers, ...(query && { query }) });
  expectDocumented('GET', '/api/v2/tickets/1/audits', answer.status, answer.body);
  return answer;
};

/** Follows the links from the first answer to the last. */
const follow = async (id: number, first: Record<string, string> | undefined, next: (body: Fields) => string | null) => {
  const pages: Fields[] = [];
  let query = first;
  do {
    const { status, body, text } = await list(id, query);
    expect(status).toBe(200);
    expect(Buffer.byteLength(text)).toBeLessThan(6_000_000);
    pages.push(body);
    const link = next(body);
    query = link === null ? undefined : Object.fromEntries(new URL(link).searchParams);
  } while (query);
  return pages;
};
const idsOf = (pages: Fields[]): number[] => pages.flatMap(({ audits }) => audits.map(({ id }: Fields) => id));

const ticketWith = async (count: number) => {
  const id = freshNumber();
  const audits = Array.from({ length: count }, (_, n) => auditOf(id, [change('status', 'open')], { id: n + 1 }));
  await imported({ ticket: ticketOf(id), audits });
  return { id, audits };
};

describe('GET /api/v2/tickets/{ticket_id}/audits', () => {
  it('gives the audits back as they were imported', async () => {
    const document = documentOf();
    await imported(document);
    for (const id of [document.id, `${document.id}.json`]) {
      const answer = await list(id);
      expect(answer.status).toBe(200);
      expect(answer.text).toBe(
        JSON.stringify({ audits: document.audits, next_page: null, previous_page: null, count: 3 }),
      );
      expect(answer.headers).toMatchObject({ 'x-zendesk-api-version': 'v2', 'cache-control': 'no-store' });
    }
  });

  it('gives pages of 100, and links to the others', async () => {
    const { id, audits } = await ticketWith(205);
    const url = `https://support.example.com/api/v2/tickets/${id}/audits.json`;
    const first = await list(id);
    expect(first.body).toEqual({
      audits: audits.slice(0, 100),
      next_page: `${url}?page=2&per_page=100`,
      previous_page: null,
      count: 205,
    });
    const last = await list(id, { page: '3' });
    expect(last.body).toEqual({
      audits: audits.slice(200),
      next_page: null,
      previous_page: `${url}?page=2&per_page=100`,
      count: 205,
    });
    expect((await list(id, { page: '2', per_page: '7' })).body).toMatchObject({
      audits: audits.slice(7, 14),
      next_page: `${url}?page=3&per_page=7`,
      previous_page: `${url}?page=1&per_page=7`,
    });
    expect((await list(id, { per_page: '500' })).body.audits).toHaveLength(100);
    expect((await list(id, { page: '4' })).body).toMatchObject({ audits: [], next_page: null, count: 205 });
    expect(idsOf(await follow(id, undefined, (body) => body.next_page))).toEqual(audits.map((audit) => audit.id));
  });

  it('gives pages by cursor to who asks for them, in both directions', async () => {
    const { id, audits } = await ticketWith(25);
    const url = `https://support.example.com/api/v2/tickets/${id}/audits.json?page%5Bsize%5D=10`;
    expect((await list(id, { 'page[size]': '10' })).body).toEqual({
      audits: audits.slice(0, 10),
      meta: { has_more: true, after_cursor: '10', before_cursor: null },
      links: { prev: null, next: `${url}&page%5Bafter%5D=10` },
    });
    const pages = await follow(id, { 'page[size]': '10' }, (body) => body.links.next);
    expect(pages.map((page) => page.audits.length)).toEqual([10, 10, 5]);
    expect(idsOf(pages)).toEqual(audits.map((audit) => audit.id));
    expect(pages[2]).toMatchObject({
      meta: { has_more: false, after_cursor: null, before_cursor: '20' },
      links: { prev: `${url}&page%5Bbefore%5D=20`, next: null },
    });
    const back = await follow(id, { 'page[size]': '10', 'page[before]': '25' }, (body) => body.links.prev);
    expect(back.map((page) => page.audits[0].id)).toEqual([16, 6, 1]);
    expect(back[2]!.audits).toHaveLength(5);
  });

  it('links to where the client found the API', async () => {
    const { id } = await ticketWith(2);
    const answer = await list(id, { per_page: '1' }, { host: '127.0.0.1:8080' });
    expect(answer.body.next_page).toBe(`http://127.0.0.1:8080/api/v2/tickets/${id}/audits.json?page=2&per_page=1`);
  });

  it('cuts a page that an answer could not carry, and goes on where it was cut', async () => {
    const id = freshNumber();
    const big = (n: number) =>
      auditOf(id, [change('subject', `canary ${n} `.padEnd(300_000, 'x'))], { id: n + 1, metadata: null });
    await imported({ ticket: ticketOf(id), audits: [] });
    const audits = Array.from({ length: 45 }, (_, n) => big(n));
    for (let n = 0; n < 45; n += 15) await append(id, audits.slice(n, n + 15));

    const pages = await follow(id, undefined, (body) => body.next_page);
    expect(idsOf(pages)).toEqual(audits.map((audit) => audit.id));
    expect(pages.map((page) => page.audits.length)).toEqual([10, 10, 10, 10, 5]);
    const byCursor = await follow(id, { 'page[size]': '100' }, (body) => body.links.next);
    expect(idsOf(byCursor)).toEqual(audits.map((audit) => audit.id));
    expect(byCursor.map((page) => page.audits.length)).toEqual([18, 18, 9]);
    const back = await follow(id, { 'page[size]': '40', 'page[before]': '45' }, (body) => body.links.prev);
    expect(back.map((page) => [page.audits[0].id, page.audits.length])).toEqual([
      [28, 18],
      [10, 18],
      [1, 9],
    ]);
  });

  it('cuts the history of a chat that no answer could carry, and keeps the message that was redacted', async () => {
    const id = freshNumber();
    const line = (n: number) => message(n, `line ${n} `.padEnd(300_000, 'x'));
    const audit = (from: number, to: number) => ({
      ...auditOf(id, [], { id: 5 }),
      events: [
        {
          ...started(
            'c.1',
            Array.from({ length: to - from }, (_, n) => line(from + n)),
          ),
          id: 9,
        },
      ],
    });
    await imported({ ticket: ticketOf(id), audits: [auditOf(id, [ended('c.1')], { id: 4 })] });
    for (let n = 0; n < 30; n += 15) await append(id, [audit(n, n + 15)]);

    const { body } = await list(id, { page: '2', per_page: '1' });
    expect(body.audits[0].events[0].value.history.map((entry: Fields) => entry.chat_index)).toEqual(
      Array.from({ length: 16 }, (_, n) => n),
    );
    const text = line(29).message.replace('line', '<redact>line</redact>');
    const answer = await call(redactChat, {
      key,
      path: { ticket_id: String(id) },
      body: { chat_id: 'c.1', chat_index: 29, text },
    });
    expect(answer.status).toBe(200);
    const { history } = answer.body.chat_event.value;
    expect(history.map((entry: Fields) => entry.chat_index)).toEqual([...Array.from({ length: 15 }, (_, n) => n), 29]);
    expect(history.at(-1).message.slice(0, 8)).toBe('▇▇▇▇ 29 ');
  });

  it('shows nothing of what is redacted', async () => {
    const document = documentOf();
    await imported(document);
    await call(redactConversation, { key, path: { id: `zendesk:${document.id}` }, body: { scope: 'conversation' } });
    const { status, text, body } = await list(document.id);
    expect(status).toBe(200);
    expect(text).not.toMatch(/canary|847564/);
    expect(body.audits.map(({ id }: Fields) => id)).toEqual(document.audits.map(({ id }) => id));
  });

  it.each([
    ['an unknown ticket', '999'],
    ['an id that is none', 'x y'],
  ])('does not find %s', async (_, id) => {
    expect(await list(id)).toMatchObject({
      status: 404,
      body: { error: 'RecordNotFound', description: 'Not found' },
    });
  });

  it.each([
    ['page', '0'],
    ['page', 'two'],
    ['per_page', '-1'],
    ['page[size]', '0'],
    ['page[after]', 'x'],
    ['page[before]', '1e3'],
  ])('refuses %s=%s', async (name, value) => {
    const { id } = await ticketWith(1);
    const { status, body } = await list(id, { [name]: value });
    expect(status).toBe(422);
    expect(body).toMatchObject({ error: 'RecordInvalid', details: { [name]: [{ error: 'InvalidValue' }] } });
  });

  it('asks for the permission to read', async () => {
    const { id } = await ticketWith(1);
    const writer = await keyOf('tenant-a', ['messaging:create']);
    const answer = await call(listAudits, { key: writer, path: { ticket_id: String(id) } });
    expect(answer).toMatchObject({ status: 403, body: { error: { title: 'Forbidden' } } });
  });
});
