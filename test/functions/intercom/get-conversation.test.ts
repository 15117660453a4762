import { beforeAll, describe, expect, it } from 'vitest';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { handler as unknownRoute } from '../../../functions/expunge/unknown-route/handler.ts';
import { handler as getConversation } from '../../../functions/intercom/get-conversation/handler.ts';
import { handler as redact } from '../../../functions/intercom/redact/handler.ts';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';
import { call } from '../../support/call.ts';
import { expectDocumented } from '../../support/documented.ts';
import { documentOf, freshId, type IntercomDocument, pageOf22, part } from '../../support/intercom-documents.ts';
import { keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('acme');
});

const imported = async (document: IntercomDocument, owner = key) => {
  expect((await call(importConversation, { key: owner, body: { dialect: 'intercom', document } })).status).toBe(201);
  return document;
};

const get = async (id: string, headers: Record<string, string> = {}, query: Record<string, string> = {}) => {
  const answer = await call(getConversation, { key, path: { id }, headers, query });
  expectDocumented('GET', '/conversations/1', answer.status, answer.body);
  return answer;
};

const errorOf = (code: string, message: string) => ({
  type: 'error.list',
  request_id: expect.any(String),
  errors: [{ code, message }],
});

describe('GET /conversations/{id}', () => {
  it('answers the conversation that was imported, in 2.15 if nobody says otherwise', async () => {
    const document = await imported(documentOf([part(freshId())]));
    const answer = await get(document.id);
    expect(answer).toMatchObject({ status: 200, headers: { 'intercom-version': '2.15' } });
    expect(answer.body).toEqual(document);
  });

  it('answers in the version asked for', async () => {
    const document = await imported(pageOf22());
    expect((await get(document.id, { 'intercom-version': '2.2' })).body).toEqual(document);
    const { headers, body } = await get(document.id, { 'intercom-version': '2.7' });
    expect(headers['intercom-version']).toBe('2.7');
    expect(body).toMatchObject({
      contacts: { type: 'contact.list', contacts: document.contacts },
      teammates: { type: 'admin.list', teammates: document.teammates },
      admin_assignee_id: 814_860,
      conversation_rating: null,
      statistics: { first_contact_reply_at: 1_539_897_200, last_closed_by_id: '325432652' },
    });
  });

  it("answers in the tenant's version if the request names none", async () => {
    await settingsStore(documents, requireEnv('TABLE_NAME')).write('initech', 'intercom', { version: '2.2' });
    const own = await keyOf('initech');
    const document = await imported(pageOf22(), own);
    const answer = await call(getConversation, { key: own, path: { id: document.id } });
    expect(answer.headers['intercom-version']).toBe('2.2');
    expect(answer.body).toEqual(document);
  });

  it.each([['2.1'], ['banana'], [''], [7]])(
    "answers in 2.15 where the tenant's version is %j, which is not served",
    async (version) => {
      await settingsStore(documents, requireEnv('TABLE_NAME')).write('hooli', 'intercom', { version });
      const own = await keyOf('hooli');
      const document = documentOf([part(freshId())]);
      await imported(document, own);
      const answer = await call(getConversation, { key: own, path: { id: document.id } });
      expect(answer).toMatchObject({ status: 200, headers: { 'intercom-version': '2.15' } });
    },
  );

  it.each(['1.0', '1.4', '2.0', '2.1'])('refuses %s, which had no redaction', async (version) => {
    const answer = await get('1', { 'intercom-version': version });
    expect(answer.headers['intercom-version']).toBeUndefined();
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 400,
      body: errorOf('intercom_version_invalid', 'Requested resource is not available in current API version'),
    });
  });

  it.each([
    ['2.17', '2.16'],
    ['2.20', '2.16'],
    ['2.100', '2.16'],
    ['3.0', '2.16'],
    ['Unstable', 'Preview'],
  ])('answers a request for %s as one for %s, and repeats the name that it used', async (asked, known) => {
    const { id } = await imported(documentOf([part(freshId())], { ai_topics: [], scorecards: [] }));
    const answer = await get(id, { 'intercom-version': asked });
    expect(answer).toMatchObject({ status: 200, headers: { 'intercom-version': asked } });
    expect(answer.body).toEqual((await get(id, { 'intercom-version': known })).body);
    expect(answer.body).not.toEqual((await get(id, { 'intercom-version': '2.15' })).body);
    expect((await get('1', { 'intercom-version': asked })).headers['intercom-version']).toBe(asked);
  });

  it.each([
    ['words', 'banana', 'Preview2', 'preview', 'unstable', 'UNSTABLE', 'constructor', ''],
    ['numbers that Intercom never had', '1.5', '1.17', '0.1'],
    ['other spellings of numbers', '2', '2.', '.17', 'v2.17', '2,17', '+2.17', '2.17 ', '2.017', '02.17', '2.15.1'],
    ['and more of them', '2.17.0', '2.17-beta', '2.1e3', '2.1000', '1000.0', '-3.0', '٢.١٧'],
  ])('refuses what is the name of no version: %s', async (_, ...versions) => {
    for (const version of versions) {
      const answer = await get('1', { 'intercom-version': version });
      expect(answer.headers['intercom-version']).toBeUndefined();
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 400,
        body: errorOf('intercom_version_invalid', 'The requested version could not be found'),
      });
    }
  });

  it('shows bodies as plain text if asked to', async () => {
    const body = '<h1>Hi &amp; bye</h1><p>one<br/>two &lt;b&gt; &#x263A;</p>';
    const document = await imported(documentOf([part(freshId(), { body }), part(freshId())]));
    const [first, second] = document.conversation_parts.conversation_parts;
    const request = { type: 'conversation_part', conversation_id: document.id, conversation_part_id: second!.id };
    await call(redact, { key, body: request });
    const answer = await get(document.id, {}, { display_as: 'plaintext' });
    expect(answer.body.source.body).toBe('canary source body');
    expect(answer.body.conversation_parts.conversation_parts).toEqual([
      { ...first, body: 'Hi & bye\none\ntwo <b> ☺' },
      expect.objectContaining({ body: 'This message was deleted' }),
    ]);
    expect((await get(document.id, {}, { display_as: 'html' })).body.source.body).toBe(document.source.body);
  });

  it('answers the newest 500 parts, the source message, and how many there are', async () => {
    const parts = Array.from({ length: 620 }, (_, n) => ({
      type: 'conversation_part',
      id: `9${n}`,
      body: `<p>${n}</p>`,
    }));
    const document = await imported(documentOf(parts));
    const { body } = await get(document.id);
    expect(body.source).toEqual(document.source);
    expect(body.conversation_parts.total_count).toBe(620);
    expect(body.conversation_parts.conversation_parts).toEqual(parts.slice(120));
  });

  it('answers fewer where the answer would grow too large', async () => {
    const parts = Array.from({ length: 15 }, (_, n) => ({ id: `8${n}`, body: `${n}`.padEnd(300_000, '.') }));
    const document = documentOf(parts);
    await imported(document);
    const more = Array.from({ length: 10 }, (_, n) => ({ id: `7${n}`, body: `${n}`.padEnd(300_000, '.') }));
    const again = { ...document, conversation_parts: { ...document.conversation_parts, conversation_parts: more } };
    await call(importConversation, { key, body: { dialect: 'intercom', document: again } });

    const answer = await get(document.id);
    expect(Buffer.byteLength(answer.text)).toBeLessThan(5_500_000);
    expect(answer.body.source).toEqual(document.source);
    expect(answer.body.conversation_parts.total_count).toBe(25);
    expect(answer.body.conversation_parts.conversation_parts).toEqual([...parts, ...more].slice(-18));
  });

  it.each(['608', 'really_123_doesnt_exist', 'a b', 'a#b'])('knows no conversation %s', async (id) => {
    const answer = await get(id);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 404,
      body: errorOf('not_found', 'Resource Not Found'),
    });
  });

  it('refuses what it does not know', async () => {
    const answer = await call(getConversation, { path: { id: '1' } });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 401,
      body: errorOf('unauthorized', 'Access Token Invalid'),
    });
  });

  it.each([
    ['/conversations', 404, 'not_found'],
    ['/conversations/1/reply', 404, 'not_found'],
  ])("says in Intercom's words that there is no route %s", async (rawPath, status, code) => {
    const answer = await call(unknownRoute, { rawPath });
    expect(answer).toMatchObject({ status, body: { type: 'error.list', errors: [{ code }] } });
  });
});
