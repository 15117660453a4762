import { beforeAll, describe, expect, it } from 'vitest';
import { documentOf } from '../../support/augno-documents.ts';
import { augnoApi, expungeApi, imported } from '../../support/endpoints.ts';
import { everyItem, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-augno-hold');
});

const standing = async () => JSON.stringify(await everyItem());

describe('POST /v1/messaging/conversations/{id}/actions/set-legal-hold', () => {
  it.each(['held', 'released'])('answers with the conversation: %s', async (state) => {
    const document = documentOf(2);
    const id = await imported(key, document);

    const answer = await augnoApi.hold(key, id, state);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...document.conversation,
      legal_hold: state,
      assignee: null,
      participants: null,
      last_message_at: document.messages[1]!.created_at,
    });
    expect(answer.headers).toMatchObject({
      'augno-version': '1.0.forge-preview.3',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    });
    expect((await augnoApi.get(key, id)).body.legal_hold).toBe(state);
    expect((await expungeApi.get(key, id)).body.legalHold).toBe(state === 'held');
  });

  it('expands what is asked for', async () => {
    const document = documentOf(1);
    const id = await imported(key, document);
    const answer = await augnoApi.hold(key, id, 'held', {
      query: { 'include[]': 'assignee', include: 'last_message' },
    });
    expect(answer.body).toMatchObject({
      assignee: document.conversation.assignee,
      last_message: { id: document.messages[0]!.id },
    });
  });

  it('releases a hold that came with the import', async () => {
    const document = documentOf(1);
    document.conversation.legal_hold = 'held';
    const id = await imported(key, document);
    expect((await augnoApi.redact(key, id)).status).toBe(400);
    await augnoApi.hold(key, id, 'released');
    expect((await augnoApi.redact(key, id)).status).toBe(200);
  });

  it('touches nothing but the hold', async () => {
    const id = await imported(key, documentOf(2));
    const others = async () => JSON.stringify((await everyItem()).filter(({ sk }) => sk !== 'GUARD'));
    const before = await others();
    await augnoApi.hold(key, id, 'held');
    expect(await others()).toBe(before);
  });

  it.each<[string, unknown, string, string | null]>([
    ['no body', undefined, 'parameter_missing', 'body'],
    ['no state', {}, 'parameter_missing', 'legal_hold'],
    ['an unknown state', { legal_hold: 'canary' }, 'parameter_invalid', 'legal_hold'],
    ['a boolean', { legal_hold: true }, 'parameter_invalid', 'legal_hold'],
    ['null', { legal_hold: null }, 'parameter_invalid', 'legal_hold'],
    ['a list', [], 'parameter_invalid', 'body'],
    ['text that is not JSON', '{legal_hold: canary}', 'validation_failed', null],
  ])('refuses %s with all eight keys, and changes nothing', async (_, body, code, param) => {
    const id = await imported(key, documentOf(1));
    const before = await standing();
    const answer = await augnoApi.hold(key, id, undefined, { body });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: {
        code,
        type: 'invalid_request_error',
        message: expect.any(String),
        param,
        doc_url: `https://docs.augno.com/api/errors#${code}`,
        is_transient: false,
        quota: null,
        request_log_url: null,
      },
    });
    expect(answer.text).not.toContain('canary');
    expect(await standing()).toBe(before);
  });

  it('refuses an unknown include before it changes anything', async () => {
    const id = await imported(key, documentOf(1));
    const before = await standing();
    expect((await augnoApi.hold(key, id, 'held', { query: { include: 'nobody' } })).status).toBe(400);
    expect(await standing()).toBe(before);
  });
});
