import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createClient } from 'node-zendesk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { localAws } from '../../infra/local/local-aws.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { apiKeyStore, type Permission, permissions } from '../../shared/tenants/api-key-store.ts';
import { settingsStore } from '../../shared/tenants/settings-store.ts';
import { auditOf, change, documentIn, documentOf, freshNumber, ticketOf } from '../support/zendesk-documents.ts';
import type { Fields, ZendeskDocument } from '../support/zendesk-documents.ts';

describe("node-zendesk, Zendesk's client for Node", () => {
  let cloud: Cloud;
  let table: DynamoDBDocumentClient;
  let key: string;

  const keyFor = async (tenantId: string, granted: readonly Permission[] = permissions) =>
    (await apiKeyStore(table, cloud.tableName).create(tenantId, granted, new Date())).key;

  const clientWith = (token: string, more = {}) =>
    createClient({ username: 'agent@example.com', token, endpointUri: `${cloud.url}/api/v2`, ...more });
  const audits = (token = key) => clientWith(token).ticketaudits;
  const redact = (ticketId: number, body: Fields, token = key): Promise<unknown> =>
    clientWith(token, { throwOriginalException: true }).ticketaudits.request<Fields>(
      'PUT',
      ['chat_redactions', ticketId] as unknown as string,
      body,
    );

  const ours = async (method: string, path: string, body: unknown, token = key) => {
    const response = await fetch(`${cloud.url}/v1/conversations${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
    return response.status;
  };
  const imported = async <D extends ZendeskDocument>(document: D, token = key): Promise<D> => {
    expect(await ours('POST', '', { dialect: 'zendesk', document: documentIn(document) }, token)).toBe(201);
    return document;
  };
  const requestFor = (chatId: string) => ({
    chat_id: chatId,
    chat_index: 1,
    text: 'My ID number is <redact>847564</redact>!',
  });

  /** The error that the call ends with, as the client raises it. */
  const failureOf = (call: Promise<unknown>): Promise<Fields> =>
    call.then(
      () => ({ statusCode: 'none: it succeeded' }),
      (error: Fields) => error,
    );
  const invalid = (field: string, description: string, error = 'InvalidValue') => ({
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: { [field]: [{ description, error }] },
  });

  beforeAll(async () => {
    cloud = await startCloud({ assemblyDir: await synthesize(), schedules: false });
    const { region, credentials } = localAws;
    table = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region, credentials }));
    key = await keyFor('acme');
  });

  afterAll(async () => {
    table.destroy();
    await cloud.stop();
  });

  it('lists the audits of a ticket as they were imported', async () => {
    const document = await imported(documentOf());
    expect(await audits().list(document.id)).toEqual(document.audits);
  });

  it('follows the pages of a long list', async () => {
    const id = freshNumber();
    const many = Array.from({ length: 230 }, () => auditOf(id, [change('status', 'open')]));
    await imported({ ticket: ticketOf(id), audits: many });
    expect(await audits().list(id)).toEqual(many);
  });

  it('redacts a part of a chat message, with an API token and with an OAuth token', async () => {
    const { id, chatId, audits: before } = await imported(documentOf(['a', 'My ID number is 847564!']));
    const { result } = (await redact(id, requestFor(chatId))) as { result: Fields };
    const { id: eventId, type } = before[1]!.events[0];
    expect(result.chat_event).toMatchObject({ id: eventId, type, value: { chat_id: chatId } });
    expect(result.chat_event.value.history[2]).toMatchObject({ chat_index: 1, message: 'My ID number is ▇▇▇▇!' });

    const oauth = clientWith(key, { oauth: true }).ticketaudits;
    await oauth.put(['chat_redactions', id], { chat_id: chatId, chat_index: 0, text: '<redact>a</redact>' });
    const [, { events }] = (await oauth.list(id)) as [Fields, Fields];
    expect(events[0].value.history.slice(1, 3).map((entry: Fields) => entry.message)).toEqual([
      '▇▇▇▇',
      'My ID number is ▇▇▇▇!',
    ]);
  });

  it('redacts the files of a chat', async () => {
    const { id, chatId, audits: before } = await imported(documentOf());
    await audits().put(['chat_file_redactions', id], { chat_id: chatId, chat_indexes: [2] });
    const { url: _, mime_type: __, size: ___, ...place } = before[1]!.events[0].value.history[3];
    const [, { events }] = (await audits().list(id)) as [Fields, Fields];
    expect(events[0].value.history[3]).toEqual({ ...place, filename: 'redacted.txt' });
  });

  it('succeeds again, and over what is masked', async () => {
    const { id, chatId } = await imported(documentOf());
    const first = (await redact(id, requestFor(chatId))) as Fields;
    expect(await redact(id, requestFor(chatId))).toMatchObject({ result: first.result });
    const over = { ...requestFor(chatId), text: 'My ID number is <redact>▇▇▇▇</redact>!' };
    expect(await redact(id, over)).toMatchObject({ result: first.result });
  });

  it.each([
    [{ text: 'My ID number is 847564!' }, invalid('text', 'text: has no redact tags')],
    [{ chat_index: undefined }, invalid('chat_index', 'chat_index is required', 'BlankValue')],
    [
      { text: '<redact>847564</redact>' },
      invalid('base', 'The text without its redact tags is not the message as it is now'),
    ],
    [
      { chat_index: 2, text: '<redact>x</redact>' },
      invalid('base', 'Only messages of chats can be redacted', 'NotRedactable'),
    ],
  ])('raises 422 for %j', async (fields, result) => {
    const { id, chatId } = await imported(documentOf());
    const failure = await failureOf(redact(id, { ...requestFor(chatId), ...fields }));
    expect(failure).toMatchObject({ statusCode: 422, result });
  });

  it('raises 422 for a chat that is active, and for a ticket under legal hold', async () => {
    const { ticket, audits: all, id, chatId } = documentOf();
    await imported({ ticket: { ...ticket, status: 'open' }, audits: all.slice(0, 2) });
    expect(await failureOf(redact(id, requestFor(chatId)))).toMatchObject({
      statusCode: 422,
      result: invalid('base', 'The chat is still active and cannot be redacted'),
    });
    expect(await ours('PUT', `/zendesk:${id}/legal-hold`, { held: true })).toBe(200);
    expect(await ours('POST', `/zendesk:${id}/parts`, { parts: all.slice(2) })).toBe(200);
    expect(await failureOf(redact(id, requestFor(chatId)))).toMatchObject({
      statusCode: 422,
      result: invalid('base', 'The ticket is under legal hold and cannot be redacted', 'LegalHold'),
    });
  });

  it('raises 404 for a ticket, a chat and a path that nobody knows', async () => {
    const { id } = await imported(documentOf());
    const result = { error: 'RecordNotFound', description: 'Not found' };
    expect(await failureOf(redact(freshNumber(), requestFor('c.1')))).toMatchObject({ statusCode: 404, result });
    expect(await failureOf(redact(id, requestFor('c.1')))).toMatchObject({ statusCode: 404, result });
    expect(await failureOf(audits().list(freshNumber()))).toMatchObject({ statusCode: 404, result });
    const unknown = clientWith(key, { throwOriginalException: true }).tickets.show(id);
    expect(await failureOf(unknown)).toMatchObject({
      statusCode: 404,
      result: { error: 'InvalidEndpoint', description: 'Not found' },
    });
  });

  it('raises 401 for a key that nobody has', async () => {
    const failure = await failureOf(audits('exp_sk_nobody').list(1));
    expect(failure).toMatchObject({ statusCode: 401, result: { error: "Couldn't authenticate you" } });
  });

  it('raises 403 for who is no agent, and where the account does not allow it', async () => {
    const { id, chatId } = await imported(documentOf());
    const reader = await keyFor('acme', ['messaging:read']);
    const closed = await keyFor('closed');
    await settingsStore(table, cloud.tableName).write('closed', 'zendesk', { ticketDeletion: false });
    for (const token of [reader, closed]) {
      const request = ['chat_redactions', id];
      // Without an option the client puts title and message of the error into its own.
      await expect(clientWith(token).ticketaudits.put(request, requestFor(chatId))).rejects.toThrow(
        'Forbidden: You do not have access to this page. Please contact the account owner of this help desk for further help.',
      );
    }
  });
});
