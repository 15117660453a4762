import { beforeAll, describe, expect, it } from 'vitest';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { augnoApi, expungeApi, imported, wholeConversation } from '../../support/endpoints.ts';
import { keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-ledger');
});

describe('GET /v1/conversations/{id}/redactions', () => {
  it('is empty for a conversation that was never redacted', async () => {
    const id = await imported(key, documentOf(1));
    const answer = await expungeApi.redactions(key, id);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ object: 'list', data: [], nextCursor: null });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': expect.any(String) });
  });

  it('lists every redaction in the order in which they were asked for, whatever API it came by', async () => {
    const id = await imported(key, documentOf(2));
    const first = await expungeApi.redact(key, id, { parts: [`mg_${id}_0`] });
    const { headers } = await augnoApi.redact(key, id);
    const third = await expungeApi.redact(key, id, { ...wholeConversation, reason: 'gdpr-17' });

    const { body } = await expungeApi.redactions(key, id);

    expect(body).toEqual({
      object: 'list',
      data: [
        first.body,
        {
          ...third.body,
          id: headers['redaction-id'],
          requestId: headers['x-request-id'],
          scope: 'messages',
          reason: null,
          requestedAt: expect.any(String),
          acceptedAt: expect.any(String),
          completedAt: expect.any(String),
          parts: 2,
        },
        third.body,
      ],
      nextCursor: null,
    });
  });

  it('shows none of another conversation', async () => {
    const id = await imported(key, documentOf(1));
    await expungeApi.redact(key, await imported(key, documentOf(1)));
    expect((await expungeApi.redactions(key, id)).body.data).toEqual([]);
  });

  it('is read page by page, each entry once', async () => {
    const id = await imported(key, documentOf(1));
    const asked: string[] = [];
    for (let n = 0; n < 5; n++) asked.push((await expungeApi.redact(key, id)).body.id);
    const read: string[] = [];
    let cursor: string | null = null;
    do {
      const { body }: Awaited<ReturnType<typeof expungeApi.redactions>> = await expungeApi.redactions(key, id, {
        limit: '2',
        ...(cursor && { cursor }),
      });
      expect(body.data.length).toBeLessThanOrEqual(2);
      read.push(...body.data.map((entry: { id: string }) => entry.id));
      cursor = body.nextCursor;
    } while (cursor !== null);
    expect(read).toEqual(asked);
  });

  it.each([
    ['a limit of none', { limit: '0' }, 'limit'],
    ['a limit over 100', { limit: '101' }, 'limit'],
    ['a limit that is no number', { limit: 'x' }, 'limit'],
    ['a cursor that was never given', { cursor: '7' }, 'cursor'],
    ['a cursor with the mark of our keys', { cursor: `${'a'.repeat(31)}#` }, 'cursor'],
  ])('refuses %s', async (_, query, parameter) => {
    const id = await imported(key, documentOf(0));
    const answer = await expungeApi.redactions(key, id, query);
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', parameter } } });
  });

  it('says that an unknown conversation is not found', async () => {
    const answer = await expungeApi.redactions(key, freshId('cv'));
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: 'conversation_not_found',
        message: 'There is no such conversation',
        parameter: null,
        requestId: answer.headers['x-request-id'],
      },
    });
  });
});
