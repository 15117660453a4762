import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { downloads } from '../../../functions/files.ts';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as listAudits } from '../../../functions/zendesk/list-audits/handler.ts';
import { handler as redactChatFiles } from '../../../functions/zendesk/redact-chat-files/handler.ts';
import { handler as redactChat } from '../../../functions/zendesk/redact-chat/handler.ts';
import { uploaded } from '../../support/attachments.ts';
import { call } from '../../support/call.ts';
import { keyOf } from '../../support/tables.ts';
import {
  auditOf,
  ended,
  type Fields,
  file,
  freshNumber,
  message,
  started,
  ticketOf,
} from '../../support/zendesk-documents.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A ticket with two chats that have ended: messages, then a file, in each. */
const ticketWith = async (first: Fields[]) => {
  const id = freshNumber();
  const document = { ticket: ticketOf(id, { status: 'solved' }), audits: [] };
  expect((await call(importConversation, { key, body: { dialect: 'zendesk', document } })).status).toBe(201);
  const conversationId = `zendesk:${id}`;
  const attached = async (index: number) => ({
    ...file(index, 'x.png'),
    url: await uploaded(key, conversationId, `canary of ${index}`),
  });
  const chats = [
    [...first, await attached(first.length)],
    [message(0, 'second'), await attached(1), await attached(2)],
  ];
  const append = async (audit: Fields) => {
    const answer = await call(appendParts, { key, path: { id: conversationId }, body: { parts: [audit] } });
    expect(answer.status).toBe(200);
  };
  for (const [n, history] of chats.entries()) {
    const event = started(`c.${n}`, history);
    const audit = auditOf(id, [event]);
    // A request carries as much as an answer does.
    for (let from = 0; from < history.length; from += 20) {
      const value = { ...event.value, history: history.slice(from, from + 20) };
      await append({ ...audit, events: [{ ...event, value }] });
    }
    await append(auditOf(id, [ended(`c.${n}`)]));
  }
  const signed = vi.spyOn(downloads, 'signDownload');
  return { path: { ticket_id: String(id) }, signed };
};

/** More than an answer carries. */
const long = () => Array.from({ length: 40 }, (_, n) => message(n, 'x'.repeat(150_000)));

describe('the links of a ticket', () => {
  it('are signed once for the audits on the page, and for no others', async () => {
    const { path, signed } = await ticketWith([message(0, 'first')]);
    const page = async (number: number) => {
      signed.mockClear();
      const { text } = await call(listAudits, { key, path, query: { page: String(number), per_page: '1' } });
      expect(text).not.toContain('attachment:');
      return [signed.mock.calls.length, text.match(/X-Amz-Signature/g)?.length ?? 0];
    };
    expect([await page(1), await page(2), await page(3)]).toEqual([
      [1, 1],
      [0, 0],
      [2, 2],
    ]);
  });

  it('are not signed for what an answer cannot carry', async () => {
    const { path, signed } = await ticketWith(long());
    const answer = await call(listAudits, { key, path });
    expect(answer.body.audits).toHaveLength(1);
    expect(Buffer.byteLength(answer.text)).toBeGreaterThan(4_500_000);
    expect(signed).not.toHaveBeenCalled();
  });

  it('are signed by a redaction for the chat that it answers alone', async () => {
    const { path, signed } = await ticketWith([message(0, 'first')]);
    const body = { chat_id: 'c.0', chat_index: 0, text: '<redact>first</redact>' };
    const answer = await call(redactChat, { key, path, body });
    expect(answer.status).toBe(200);
    expect(answer.body.chat_event.value.history[1].url).toContain('X-Amz-Signature');
    expect(signed).toHaveBeenCalledTimes(1);
  });

  it('are not signed by a redaction for the files that it took, nor for what its answer cannot carry', async () => {
    const { path, signed } = await ticketWith([message(0, 'first')]);
    const answer = await call(redactChatFiles, { key, path, body: { chat_id: 'c.1', chat_indexes: [1] } });
    expect(answer.status).toBe(200);
    expect(signed).toHaveBeenCalledTimes(1);

    const longer = await ticketWith(long());
    longer.signed.mockClear();
    const body = { chat_id: 'c.0', chat_index: 0, text: `<redact>${'x'.repeat(150_000)}</redact>` };
    expect((await call(redactChat, { key, path: longer.path, body })).status).toBe(200);
    expect(longer.signed).not.toHaveBeenCalled();
  });
});
