import { beforeAll, describe, expect, it } from 'vitest';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as redactHandler } from '../../../functions/featurebase/redact/handler.ts';
import { ledger } from '../../../functions/stores.ts';
import { call } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { callsWith } from '../../support/featurebase-calls.ts';
import {
  conversation,
  everyPart,
  type Fields,
  message,
  messagesOf,
  part,
} from '../../support/featurebase-documents.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const { imported, read, redact } = callsWith(() => key);
const entryOf = (id: string, headers: Record<string, string>) =>
  ledger.read({ tenantId: 'tenant-a', conversationId: `featurebase:${id}`, id: headers['redaction-id']! });

describe('POST /v2/conversations/redact', () => {
  it("answers the page's example as the page does", async () => {
    const document = messagesOf(1, { id: '12345' });
    document.conversationParts.push(message('67890'));
    const { customAttributeValues: _, ...shown } = document;
    await imported(document);

    const answer = await call(redactHandler, {
      key,
      headers: { 'featurebase-version': '2026-01-01.nova' },
      body: {
        type: 'conversation_part',
        conversationId: '12345',
        conversationPartId: '67890',
        actingAdminId: '507f1f77bcf86cd799439011',
      },
    });

    const redacted = answer.body.conversationParts[1];
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...shown,
      conversationParts: [
        document.conversationParts[0],
        {
          ...document.conversationParts[1],
          bodyHtml: '',
          bodyMarkdown: '',
          redacted: true,
          updatedAt: redacted.updatedAt,
        },
      ],
    });
    expect(redacted.updatedAt).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(answer.headers).toMatchObject({
      'featurebase-version': '2026-01-01.nova',
      'redaction-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      'redaction-state': 'completed',
      'cache-control': 'no-store',
    });
    expect(await entryOf('12345', answer.headers)).toMatchObject({
      actingAs: 'admin:507f1f77bcf86cd799439011',
      scope: { kind: 'parts', partIds: ['67890'] },
      acceptedAt: Date.parse(redacted.updatedAt),
      verified: true,
    });
  });

  it.each(['user_msg', 'admin_msg', 'email_msg', 'bot_msg'])('redacts a message of the type %s', async (partType) => {
    const id = await imported(conversation([message('1', partType), message('2')]));
    const answer = await redact(id, '1');
    expect(answer.body.conversationParts[0]).toMatchObject({
      partType,
      bodyHtml: '',
      bodyMarkdown: '',
      redacted: true,
    });
    expect(answer.body.conversationParts[1].bodyMarkdown).toBe('canary-body-2');
    expect((await read(id)).body.conversationParts).toEqual(answer.body.conversationParts);
  });

  it('takes numbers for ids, and is the system bot where no admin acts', async () => {
    const id = await imported(messagesOf(1));
    const answer = await redact(Number(id), 1);
    expect(answer).toMatchObject({ status: 200, body: { id, conversationParts: [{ id: '1', redacted: true }] } });
    expect(await entryOf(id, answer.headers)).toMatchObject({ actingAs: 'bot' });
  });

  it('leaves no canary of the message in any item of any table, and none in a log line', async () => {
    const tenantKey = await keyOf('tenant-canaries');
    const document = conversation([
      message('1', 'user_msg', { bodyHtml: '<p>canary-gone</p>', hidden: ['canary-gone'] }),
    ]);
    document.conversationParts[0].bodyMarkdown = 'canary-gone';
    document.source.bodyMarkdown = 'canary-gone';
    document.source.bodyHtml = '<p>canary-gone</p>';
    const id = await imported(document, tenantKey);
    expect(await itemsWith('canary-gone')).toHaveLength(1);

    const logs = await captureLogs(async () => {
      const headers = { 'idempotency-key': 'canaries' };
      expect((await redact(id, '1', { key: tenantKey, headers })).status).toBe(200);
      // Refusals are logged, so that this log has lines to look at.
      await redact('canary gone', '1', { key: tenantKey });
      await redact(id, '1', { key: tenantKey, body: '{"type": "canary-broken' });
    });

    expect(await itemsWith('canary-gone', 'canary-broken', 'canary gone')).toEqual([]);
    expect(logs.match(/request refused/g)).toHaveLength(2);
    expect(logs).not.toContain('canary');
    expect((await read(id, { key: tenantKey })).text).not.toContain('canary-gone');
  });

  it('touches nothing else: not the other parts, the people, the texts', async () => {
    const tenantKey = await keyOf('tenant-bytes');
    const id = await imported(conversation(everyPart), tenantKey);
    const other = await imported(messagesOf(2), tenantKey);
    const bytes = async () =>
      (await everyItem())
        .filter(({ pk }) => String(pk).startsWith('T#tenant-bytes#C#'))
        .filter(({ pk, sk }) => String(pk).includes(other) || !/^(R#|GUARD|C#0*1$)/.test(String(sk)))
        .map((item) => JSON.stringify(item))
        .toSorted();
    const before = await bytes();
    expect(before.length).toBeGreaterThan(40);
    await redact(id, '1', { key: tenantKey });
    expect(await bytes()).toEqual(before);
  });

  it('takes effect once for a key, and shows the conversation as it is now on a replay', async () => {
    const id = await imported(messagesOf(3));
    const headers = { 'idempotency-key': 'once' };
    const first = await redact(id, '1', { headers });
    await redact(id, '2');

    const replay = await redact(id, '1', { headers });

    expect(replay.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'redaction-id': first.headers['redaction-id'],
    });
    expect(replay.body.conversationParts.map(({ redacted }: Fields) => redacted)).toEqual([true, true, false]);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
  });

  it('brings nothing back when the same conversation is imported again', async () => {
    const document = conversation([message('1'), part('2', 'status')]);
    const id = await imported(document);
    await redact(id, '1');
    await call(importConversation, { key, body: { dialect: 'featurebase', document } });
    expect((await read(id)).text).not.toContain('canary-body-1');
  });
});
