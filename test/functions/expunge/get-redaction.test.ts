import { beforeAll, describe, expect, it } from 'vitest';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { augnoApi, expungeApi, imported, wholeConversation } from '../../support/endpoints.ts';
import { type Attempt, killAfter, withFaults } from '../../support/faults.ts';
import { keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-entry');
});

describe('GET /v1/conversations/{id}/redactions/{redactionId}', () => {
  it('answers as the redaction did', async () => {
    const id = await imported(key, documentOf(1));
    const { body } = await expungeApi.redact(key, id, { ...wholeConversation, reason: 'gdpr-17' });
    const answer = await expungeApi.redaction(key, id, body.id);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual(body);
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': expect.any(String) });
  });

  it("is where a vendor's answer points to", async () => {
    const id = await imported(key, documentOf(1));
    const { headers } = await augnoApi.redact(key, id);
    const [, conversationId, redactionId] = /^<\/v1\/conversations\/(.+)\/redactions\/(.+)>; rel="monitor"$/.exec(
      headers.link!,
    )!;
    expect(decodeURIComponent(conversationId!)).toBe(`augno:${id}`);
    expect((await expungeApi.redaction(key, id, redactionId!)).body).toMatchObject({
      id: headers['redaction-id'],
      scope: 'messages',
      state: 'completed',
    });
  });

  it('says of one that is not finished that it is not', async () => {
    const id = await imported(key, documentOf(1));
    const headers = { 'idempotency-key': 'dies' };
    const isLedgerUpdate = ({ command, input }: Attempt) =>
      command === 'UpdateItemCommand' && String(input.Key?.sk?.S ?? input.Key?.sk).startsWith('R#');
    await withFaults(killAfter(isLedgerUpdate), () => expungeApi.redact(key, id, undefined, { headers }));
    const [entry] = (await expungeApi.redactions(key, id)).body.data;
    expect((await expungeApi.redaction(key, id, entry.id)).body).toMatchObject({
      state: 'erasing',
      acceptedAt: expect.any(String),
      completedAt: null,
      parts: 1,
      chunks: null,
      verified: false,
    });
  });

  it.each([
    ['unknown', 'f'.repeat(32)],
    ['no id at all', 'x'],
    ['an id with the mark of our keys', 'a#b'],
    ['an id with a slash', 'a/b'],
    ['an id with a control character', 'a\u0000'],
    ['very long', 'f'.repeat(5000)],
    ['empty', ''],
  ])('says of one that is %s that it is not found', async (_, redactionId) => {
    const id = await imported(key, documentOf(0));
    const answer = await expungeApi.redaction(key, id, redactionId);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: 'redaction_not_found',
        message: 'There is no such redaction',
        parameter: null,
        requestId: answer.headers['x-request-id'],
      },
    });
  });

  it("does not find another conversation's", async () => {
    const id = await imported(key, documentOf(0));
    const { body } = await expungeApi.redact(key, await imported(key, documentOf(0)));
    expect((await expungeApi.redaction(key, id, body.id)).body.error.code).toBe('redaction_not_found');
  });

  it('says of an unknown conversation that it is not found', async () => {
    const answer = await expungeApi.redaction(key, freshId('cv'), 'f'.repeat(32));
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'conversation_not_found' } } });
  });
});
