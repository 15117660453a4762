import { beforeAll, describe, expect, it, vi } from 'vitest';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as getOwn } from '../../../functions/expunge/get-conversation/handler.ts';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as redactConversation } from '../../../functions/expunge/redact-conversation/handler.ts';
import { handler as getFeaturebase } from '../../../functions/featurebase/get-conversation/handler.ts';
import { handler as redactFeaturebase } from '../../../functions/featurebase/redact/handler.ts';
import { handler as getIntercom } from '../../../functions/intercom/get-conversation/handler.ts';
import { handler as redactIntercom } from '../../../functions/intercom/redact/handler.ts';
import { handler as listAudits } from '../../../functions/zendesk/list-audits/handler.ts';
import { handler as redactChat } from '../../../functions/zendesk/redact-chat/handler.ts';
import { downloads } from '../../../functions/files.ts';
import { shownParts } from '../../../shared/attachments/shown-parts.ts';
import type { Part } from '../../../shared/conversations/conversation.ts';
import type { PageRequest } from '../../../shared/conversations/part-store.ts';
import {
  createUpload,
  filesOf,
  follow,
  idOf,
  messageWith,
  newAttachmentId,
  uploaded,
  urlsIn,
} from '../../support/attachments.ts';
import * as augno from '../../support/augno-documents.ts';
import { type Answer, call } from '../../support/call.ts';
import { augnoApi, expungeApi, imported } from '../../support/endpoints.ts';
import * as featurebase from '../../support/featurebase-documents.ts';
import * as intercom from '../../support/intercom-documents.ts';
import { keyOf } from '../../support/tables.ts';
import * as zendesk from '../../support/zendesk-documents.ts';

const tenant = 'tenant-showing';
let key: string;
beforeAll(async () => {
  key = await keyOf(tenant);
});

/** Every link to a file of ours in an answer, wherever it stands. */
const linksIn = ({ text }: Answer): string[] => [...new Set<string>(text.match(/http:\/\/127\.0\.0\.1:[^"\\\s<>]*/g))];

interface Vendor {
  name: string;
  /** Imports a conversation without files and appends a part that names one; gives what is needed to read it. */
  prepare: () => Promise<{ conversationId: string; reference: string; reads: (() => Promise<Answer>)[] }>;
}

const started = async (dialect: string, document: unknown, externalId: string | number) => {
  const answer = await call(importConversation, { key, body: { dialect, document } });
  expect(answer.status).toBe(201);
  const conversationId = `${dialect}:${externalId}`;
  return { conversationId, reference: await uploaded(key, conversationId, 'canary of a file') };
};
const append = async (id: string, ...parts: unknown[]) => {
  expect((await call(appendParts, { key, path: { id }, body: { parts } })).status).toBe(200);
};

const idNumber = 'My ID number is 847564!';

const vendors: Vendor[] = [
  {
    name: 'Augno',
    prepare: async () => {
      const document = augno.documentOf(1);
      const { id } = document.conversation;
      const { conversationId, reference } = await started('augno', document, id);
      await append(conversationId, messageWith('mg_file', 2, [reference]));
      return {
        conversationId,
        reference,
        reads: [
          () => augnoApi.messages(key, id, { 'include[]': 'attachments' }),
          () => augnoApi.get(key, id, { 'include[]': 'last_message.attachments' }),
          () => augnoApi.hold(key, id, 'released', { query: { 'include[]': 'last_message.attachments' } }),
        ],
      };
    },
  },
  {
    name: 'Intercom',
    prepare: async () => {
      const document = intercom.documentOf([intercom.part('100')]);
      const { conversationId, reference } = await started('intercom', document, document.id);
      const [attachment] = intercom.part('101')['attachments'] as object[];
      await append(conversationId, intercom.part('101', { attachments: [{ ...attachment, url: reference }] }));
      const headers = { 'intercom-version': '2.15' };
      const request = { type: 'conversation_part', conversation_id: document.id, conversation_part_id: '100' };
      return {
        conversationId,
        reference,
        reads: [
          () => call(getIntercom, { key, path: { id: document.id }, headers }),
          () => call(redactIntercom, { key, body: request, headers }),
        ],
      };
    },
  },
  {
    name: 'Featurebase',
    prepare: async () => {
      const document = featurebase.messagesOf(1);
      const { conversationId, reference } = await started('featurebase', document, document['id']);
      const bodyHtml = `<p>See <img src="${reference}" alt="x"></p>`;
      await append(conversationId, featurebase.message('7701', 'user_msg', { bodyHtml }));
      const headers = { 'featurebase-version': '2026-01-01.nova' };
      const request = {
        type: 'conversation_part',
        conversationId: String(document['id']),
        conversationPartId: '1',
      };
      return {
        conversationId,
        reference,
        reads: [
          () => call(getFeaturebase, { key, path: { id: String(document['id']) }, headers }),
          () => call(redactFeaturebase, { key, body: request, headers }),
        ],
      };
    },
  },
  {
    name: 'Zendesk',
    prepare: async () => {
      const { id, chatId, ticket, audits } = zendesk.documentOf();
      const document = { ticket, audits: audits.slice(0, 1) };
      const { conversationId, reference } = await started('zendesk', document, id);
      const history = [zendesk.message(0, idNumber), { ...zendesk.file(1, 'x.png'), url: reference }];
      await append(
        conversationId,
        zendesk.auditOf(id, [zendesk.started(chatId, history)]),
        zendesk.auditOf(id, [zendesk.ended(chatId)]),
      );
      const path = { ticket_id: String(id) };
      const redaction = { chat_id: chatId, chat_index: 0, text: idNumber.replace('847564', '<redact>847564</redact>') };
      return {
        conversationId,
        reference,
        // The masked span leaves the file beside it.
        reads: [() => call(listAudits, { key, path }), () => call(redactChat, { key, path, body: redaction })],
      };
    },
  },
];

describe.each(vendors)("a file in a conversation of $name's", ({ prepare }) => {
  it('is shown by a link of one hour in every answer, and never by its reference', async () => {
    const { conversationId, reference, reads } = await prepare();
    const [key1] = await filesOf(tenant, conversationId);
    const own = () => call(getOwn, { key, path: { id: conversationId } });
    for (const read of [own, ...reads]) {
      const answer = await read();
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain(reference);
      const links = linksIn(answer);
      expect(links.length).toBeGreaterThan(0);
      for (const link of links) {
        const url = new URL(link);
        expect(decodeURIComponent(url.pathname).endsWith(`/${key1}`)).toBe(true);
        expect(url.searchParams.get('X-Amz-Expires')).toBe('3600');
        expect(url.searchParams.get('response-cache-control')).toBe('no-store');
        // Saved when it is opened: what was uploaded as HTML is no page of anybody's.
        expect(url.searchParams.get('response-content-disposition')).toBe('attachment');
        expect(await follow(link)).toEqual({ status: 200, text: 'canary of a file' });
      }
    }
  });

  it('is gone with its link when the conversation is redacted, and no read shows a link any more', async () => {
    const { conversationId, reads } = await prepare();
    const [link] = linksIn(await reads[0]!());
    const answer = await call(redactConversation, {
      key,
      path: { id: conversationId },
      body: { scope: 'conversation' },
    });
    expect(answer.body).toMatchObject({ state: 'completed', verified: true });
    expect(await filesOf(tenant, conversationId)).toEqual([]);
    expect((await follow(link!)).status).toBe(404);
    const [read] = reads;
    expect(linksIn(await read!())).toEqual([]);
  });
});

describe('a link', () => {
  it("leads to the file of the part that names it, and not to another part's under the same reference", async () => {
    const id = await imported(key, augno.documentOf(1));
    const reference = await uploaded(key, id, 'canary of the first');
    await expungeApi.append(key, id, [messageWith('mg_one', 2, [reference])]);
    // The same id again, after another upload to it.
    const again = await createUpload(key, id, { contentType: 'text/plain', bytes: 3 });
    const staged = again.body.upload.url.replace(again.body.id, idOf(reference));
    await fetch(staged, { method: 'PUT', body: 'two', headers: { 'content-type': 'text/plain' } });
    await expungeApi.append(key, id, [messageWith('mg_two', 3, [reference])]);
    const { body } = await expungeApi.get(key, id);
    const texts = await Promise.all(
      body.parts.slice(1).map(async ({ part }: any) => (await follow(urlsIn(part)[0]!)).text),
    );
    expect(texts).toEqual(['canary of the first', 'two']);
  });

  it('is gone with its part alone, and those of other parts go on', async () => {
    const id = await imported(key, augno.documentOf(1));
    const references = [await uploaded(key, id, 'canary 1'), await uploaded(key, id, 'canary 2')];
    await expungeApi.append(
      key,
      id,
      references.map((reference, n) => messageWith(`mg_part_${n}`, n + 2, [reference])),
    );
    const before = await expungeApi.get(key, id);
    const [first, second] = linksIn(before);
    await expungeApi.redact(key, id, { parts: ['mg_part_0'] });
    expect(linksIn(await expungeApi.get(key, id))).toHaveLength(1);
    expect([(await follow(first!)).status, (await follow(second!)).status]).toEqual([404, 200]);
  });
});

it("is not signed for a message of Augno's that a filter leaves out", async () => {
  const id = await imported(key, augno.documentOf(1));
  const references = [await uploaded(key, id, 'canary 1'), await uploaded(key, id, 'canary 2')];
  await expungeApi.append(
    key,
    id,
    references.map((reference, n) => messageWith(`mg_filter_${n}`, n + 2, [reference])),
  );
  const signed = vi.spyOn(downloads, 'signDownload');
  const answer = await augnoApi.messages(key, id, { after_sequence: '2', 'include[]': 'attachments' });
  expect(linksIn(answer)).toHaveLength(1);
  expect(signed).toHaveBeenCalledTimes(1);
  signed.mockRestore();
});

describe('a page of parts', () => {
  const pagesOf = (linksOf: number[]) => {
    const all = linksOf.map((count, sequence): Part => {
      const urls = Array.from({ length: count }, () => `attachment:${newAttachmentId()}`);
      return { id: `part-${sequence}`, sequence, structure: {}, content: { urls } };
    });
    const signDownload = vi.fn<() => Promise<string>>(async () => 'https://files.example.com/');
    const readPage = async (_: string, __: string, { from, forward, limit }: PageRequest) => {
      const inOrder = forward ? all : all.toReversed();
      const rest = inOrder.filter(
        ({ sequence }) => from === undefined || (forward ? sequence >= from : sequence <= from),
      );
      return { parts: rest.slice(0, limit), next: rest[limit]?.sequence };
    };
    const shown = shownParts({ read: async () => undefined, readPage }, { signDownload });
    return { signDownload, read: (request: PageRequest) => shown.readPage(tenant, 'augno:1', request) };
  };
  const sequencesOf = (parts: Part[]) => parts.map(({ sequence }) => sequence);
  const upTo = (length: number, start = 0) => Array.from({ length }, (_, n) => start + n);

  it.each([
    ['forwards', true],
    ['backwards', false],
  ])('ends at a thousand links, none of them left unsigned, and goes on after them %s', async (_, forward) => {
    const { signDownload, read } = pagesOf(Array.from({ length: 45 }, () => 50));
    const order = forward ? upTo(45) : upTo(45).toReversed();
    const seen: number[] = [];
    let from: number | undefined;
    for (const size of [20, 20, 4]) {
      signDownload.mockClear();
      const page = await read({ from, forward, limit: 44 - seen.length });
      expect(page.parts).toHaveLength(size);
      expect(JSON.stringify(page.parts)).not.toContain('attachment:');
      expect(signDownload).toHaveBeenCalledTimes(size * 50);
      seen.push(...sequencesOf(page.parts));
      from = page.next;
      expect(from).toBe(order[seen.length]);
    }
    expect(seen).toEqual(order.slice(0, 44));
  });

  it('has as many parts as were asked for where their links are few', async () => {
    const { read } = pagesOf([0, 400, 0, 600, 0]);
    expect(await read({ forward: true, limit: 5 })).toMatchObject({ parts: { length: 5 }, next: undefined });
  });

  it('has at least one part', async () => {
    const { read } = pagesOf([1001, 0]);
    const page = await read({ forward: true, limit: 2 });
    expect(sequencesOf(page.parts)).toEqual([0]);
    expect(page.next).toBe(1);
  });
});
