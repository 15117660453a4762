import { Client as Client3 } from 'intercom-client-3';
import { Client as Client4 } from 'intercom-client-4';
import { Client as Client5 } from 'intercom-client-5';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { send, tablesOf } from '../support/cloud-client.ts';
import { documentOf, freshId, type IntercomDocument, part } from '../support/intercom-documents.ts';

const deleted = '<p><i>This message was deleted</i></p>';

const clients = [
  { major: 3, Client: Client3 },
  { major: 4, Client: Client4 },
  { major: 5, Client: Client5 },
];

let cloud: Cloud;
let key: string;

beforeAll(async () => {
  cloud = await startCloud({ assemblyDir: await synthesize(), schedules: false });
  const tables = tablesOf(cloud);
  key = await tables.keyOf('acme');
  tables.close();
});

afterAll(() => cloud.stop());

/** They send the token as the name of HTTP Basic, and name no version. */
describe.each(clients)("Intercom's own client $major", ({ Client }) => {
  // All that these clients' pages say to change: the token, and the base URL by their own option.
  const intercomFor = (token: string) => new Client({ tokenAuth: { token } }).useRequestOpts({ baseURL: cloud.url });

  const imported = async (): Promise<IntercomDocument> => {
    const document = documentOf([part(freshId()), part(freshId())]);
    const headers = { authorization: `Bearer ${key}` };
    const answer = await send(cloud.url, 'POST', '/v1/conversations', {
      headers,
      body: { dialect: 'intercom', document },
    });
    expect(answer.status).toBe(201);
    return document;
  };

  it('finds a conversation', async () => {
    const document = await imported();
    expect(await intercomFor(key).conversations.find({ id: document.id })).toEqual(document);
  });

  it('redacts a part', async () => {
    const { id, conversation_parts } = await imported();
    const [first, second] = conversation_parts.conversation_parts;
    const { conversations } = intercomFor(key);
    const request = { type: 'conversation_part', conversationId: id, conversationPartId: first!.id };
    const answer = await conversations.redactConversationPart(request as never);
    const redacted = expect.objectContaining({ id: first!.id, body: deleted, attachments: [], redacted: true });
    expect(answer).toMatchObject({ conversation_parts: { conversation_parts: [redacted, second] } });
    const found = await conversations.find({ id, inPlainText: true });
    expect(JSON.stringify(found)).not.toContain(`canary body of ${String(first!.id)}`);
    expect(JSON.stringify(found)).toContain(`canary body of ${String(second!.id)}`);
  });

  it('redacts the source message', async () => {
    const { id, source } = await imported();
    const request = { type: 'source', conversationId: id, sourceId: source.id };
    const answer = await intercomFor(key).conversations.redactConversationPart(request as never);
    expect(answer).toMatchObject({ source: { body: deleted, attachments: [], redacted: true } });
  });

  it('is told that its token is wrong', async () => {
    const { id } = await imported();
    await expect(intercomFor('exp_sk_nobody').conversations.find({ id })).rejects.toMatchObject({
      statusCode: 401,
      body: { type: 'error.list', errors: [{ code: 'unauthorized', message: 'Access Token Invalid' }] },
    });
  });
});
