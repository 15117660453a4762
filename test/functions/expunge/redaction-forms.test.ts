import { beforeAll, describe, expect, it } from 'vitest';
import { handler } from '../../../functions/expunge/redact-conversation/handler.ts';
import { documentOf } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { expungeApi, imported, wholeConversation } from '../../support/endpoints.ts';
import { everyItem, keyOf } from '../../support/tables.ts';

let key: string;
let id: string;
beforeAll(async () => {
  key = await keyOf('tenant-forms');
  id = await imported(key, documentOf(2));
});

const standing = async () => JSON.stringify(await everyItem());

/** Sends a body as it is, none too, with a key that would leave a record. */
const redact = (body: unknown) =>
  call(handler, { key, path: { id: `augno:${id}` }, body, headers: { 'idempotency-key': 'forms' } });

const refused = async (body: unknown) => {
  const before = await standing();
  const answer = await redact(body);
  expect(answer.status).toBe(400);
  expect(answer.body.error).toEqual({
    code: 'invalid_request',
    message: expect.any(String),
    parameter: answer.body.error.parameter,
    requestId: answer.headers['x-request-id'],
  });
  expect(answer.text).not.toContain('canary');
  expect(await standing()).toBe(before);
  return answer.body.error as { message: string; parameter: string | null };
};

const forms = 'send exactly one of {"scope": "conversation"} and {"parts": ["<part id>", …]}; a "reason" is optional';

describe('a redaction that does not name exactly one target', () => {
  it.each<[string, unknown, string]>([
    ['no body', undefined, 'body'],
    ['blanks', '  \n', 'body'],
    ['an empty object', {}, 'body'],
    ['null', 'null', 'body'],
    ['a list', [], 'body'],
    ['a list of part ids', ['mg_1'], 'body'],
    ['a text', '"conversation"', 'body'],
    ['a reason alone', { reason: 'gdpr-17' }, 'body'],
    ['both forms', { scope: 'conversation', parts: ['mg_1'] }, 'body'],
    ['both forms, one of them null', { scope: 'conversation', parts: null }, 'body'],
    ['another scope', { scope: 'messages' }, 'scope'],
    ['a scope of parts', { scope: 'parts' }, 'scope'],
    ['a scope in capitals', { scope: 'CONVERSATION' }, 'scope'],
    ['no scope', { scope: null }, 'scope'],
    ['a list of scopes', { scope: ['conversation'] }, 'scope'],
    ['no part in the list', { parts: [] }, 'parts'],
    ['a text instead of the list', { parts: 'mg_1' }, 'parts'],
    ['null instead of the list', { parts: null }, 'parts'],
    ['a form that there is not yet', { spans: [{ part: 'mg_1', from: 0, to: 4 }] }, 'spans'],
    ['an unknown member beside a form', { scope: 'conversation', dryRun: true }, 'dryRun'],
    ['an unknown member beside parts', { parts: ['mg_1'], dryRun: true }, 'dryRun'],
    ['a misspelled form', { part: ['mg_1'] }, 'part'],
    ['a form as the prototype', '{"__proto__": {"scope": "conversation"}}', '__proto__'],
    ['a member that every object has', { toString: 'conversation' }, 'toString'],
  ])('is refused and changes nothing, and the answer names the forms: %s', async (_, body, parameter) => {
    const error = await refused(body);
    expect(error).toMatchObject({ parameter, message: expect.stringMatching(/: send exactly one of /) });
    expect(error.message.endsWith(`: ${forms}`)).toBe(true);
  });
});

describe('a redaction of a known form', () => {
  it.each<[string, unknown, string | null, RegExp]>([
    ['a reason that is a sentence', { ...wholeConversation, reason: 'canary asked' }, 'reason', /no free text$/],
    ['a reason of 65 characters', { ...wholeConversation, reason: 'x'.repeat(65) }, 'reason', /no free text$/],
    ['an e-mail address as reason', { ...wholeConversation, reason: 'canary@example.com' }, 'reason', /no free text$/],
    ['an empty reason', { ...wholeConversation, reason: '' }, 'reason', /no free text$/],
    ['a number as reason', { ...wholeConversation, reason: 17 }, 'reason', /./],
    ['101 parts', { parts: Array.from({ length: 101 }, (_, n) => `mg_${n}`) }, 'parts', /at most 100 parts$/],
    [
      '100,000 part ids that are none',
      { parts: Array.from({ length: 100_000 }, () => 'canary@x') },
      'parts',
      /at most/,
    ],
    ['100,000 numbers as part ids', { parts: Array.from({ length: 100_000 }, (_, n) => n) }, 'parts', /at most/],
    ['100 part ids that are none', { parts: Array.from({ length: 100 }, () => 'canary@x') }, 'parts.0', /opaque id/],
    ['a part id that is none', { parts: ['mg_1', 'canary@example.com'] }, 'parts.1', /opaque id/],
    ['a number as part id', { parts: [7] }, 'parts.0', /./],
    ['text that is not JSON', '{', null, /not valid JSON$/],
  ])('is refused, naming the parameter and no value: %s', async (_, body, parameter, message) => {
    expect(await refused(body)).toMatchObject({ parameter, message: expect.stringMatching(message) });
  });

  it('is another request under the same key if it names another target', async () => {
    const own = { headers: { 'idempotency-key': 'target' } };
    const parts = { parts: [`mg_${id}_0`] };
    const reused = { status: 422, body: { error: { code: 'idempotency_key_reused' } } };
    expect(await expungeApi.redact(key, id, parts, own)).toMatchObject({ status: 200, body: { scope: 'parts' } });
    expect(await expungeApi.redact(key, id, wholeConversation, own)).toMatchObject(reused);
    expect(await expungeApi.redact(key, id, { parts: [`mg_${id}_1`] }, own)).toMatchObject(reused);
    const replay = await expungeApi.redact(key, id, parts, own);
    expect(replay).toMatchObject({ status: 200, headers: { 'idempotent-replayed': 'true' } });
  });
});
