import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Intercom, IntercomClient, IntercomError } from 'intercom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { localAws } from '../../infra/local/local-aws.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { apiKeyStore, permissions } from '../../shared/tenants/api-key-store.ts';
import { assignment, documentOf, freshId, type IntercomDocument, part } from '../support/intercom-documents.ts';

const deleted = '<p><i>This message was deleted</i></p>';

describe("Intercom's own client", () => {
  let cloud: Cloud;
  let key: string;
  let intercom: IntercomClient;
  let document: IntercomDocument;

  const partRequest = (n = 0): Intercom.RedactConversationRequest => ({
    type: 'conversation_part',
    conversation_id: document.id,
    conversation_part_id: document.conversation_parts.conversation_parts[n]!.id as string,
  });
  const sourceRequest = (): Intercom.RedactConversationRequest => ({
    type: 'source',
    conversation_id: document.id,
    source_id: document.source.id as string,
  });

  const partsOf = (conversation: Intercom.Conversation) => conversation.conversation_parts?.conversation_parts ?? [];

  /** The error that the call ends with. */
  const failureOf = async (call: Promise<unknown>): Promise<IntercomError> => {
    const error = await call.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof IntercomError)) throw new Error('The call did not fail', { cause: error });
    return error;
  };
  const listOf = (code: string, message: string) => ({
    type: 'error.list',
    request_id: expect.any(String),
    errors: [{ code, message }],
  });

  beforeAll(async () => {
    cloud = await startCloud({ assemblyDir: await synthesize(), schedules: false });
    const client = new DynamoDBClient({
      endpoint: cloud.dynamodbEndpoint,
      region: localAws.region,
      credentials: localAws.credentials,
    });
    const keys = apiKeyStore(DynamoDBDocumentClient.from(client), cloud.tableName);
    ({ key } = await keys.create('acme', permissions, new Date()));
    client.destroy();
    intercom = new IntercomClient({ token: key, baseUrl: cloud.url });

    document = documentOf([part(freshId()), assignment(freshId()), part(freshId())]);
    const answer = await fetch(`${cloud.url}/v1/conversations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ dialect: 'intercom', document }),
    });
    if (!answer.ok) throw new Error(`The import failed: ${answer.status}`);
  });

  afterAll(() => cloud.stop());

  it('finds a conversation, in the version that it always asks for', async () => {
    const { data, rawResponse } = await intercom.conversations.find({ conversation_id: document.id }).withRawResponse();
    expect(rawResponse.headers.get('intercom-version')).toBe('2.14');
    const { title, custom_attributes, source, contacts, ai_agent } = document;
    expect(data).toMatchObject({ title, custom_attributes, source, contacts, ai_agent });
    expect(data).not.toHaveProperty('company');
    expect(data.conversation_parts?.total_count).toBe(3);
    expect(partsOf(data).map(({ id, body }) => ({ id, body }))).toEqual(
      document.conversation_parts.conversation_parts.map(({ id, body }) => ({ id, body })),
    );
  });

  it('redacts a part', async () => {
    const [first, , third] = partsOf(await intercom.conversations.redactConversationPart(partRequest()));
    expect(first).toMatchObject({ body: deleted, attachments: [], redacted: true });
    expect(third).toMatchObject({ redacted: false });
  });

  it('redacts the source message', async () => {
    const { source } = await intercom.conversations.redactConversationPart(sourceRequest());
    expect(source).toMatchObject({ body: deleted, attachments: [], redacted: true });
  });

  it('reads what was redacted as plain text', async () => {
    const found = await intercom.conversations.find({ conversation_id: document.id, display_as: 'plaintext' });
    expect(found.source.body).toBe('This message was deleted');
    expect(partsOf(found)[0]?.body).toBe('This message was deleted');
  });

  it('is told what may not be redacted', async () => {
    for (const request of [partRequest(), partRequest(1), sourceRequest()]) {
      expect(await failureOf(intercom.conversations.redactConversationPart(request))).toMatchObject({
        statusCode: 400,
        body: listOf('conversation_part_not_redactable', "Part can't be redacted"),
      });
    }
  });

  it('is told what does not exist', async () => {
    const request = { ...partRequest(), conversation_part_id: 'really_123_doesnt_exist' };
    const failure = await failureOf(intercom.conversations.redactConversationPart(request));
    expect(failure).toBeInstanceOf(Intercom.NotFoundError);
    expect(failure.body).toEqual(
      listOf('conversation_part_or_message_not_found', 'Conversation part or message not found'),
    );
    const lost = await failureOf(intercom.conversations.find({ conversation_id: '608' }));
    expect(lost).toBeInstanceOf(Intercom.NotFoundError);
    expect(lost.body).toEqual(listOf('not_found', 'Resource Not Found'));
  });

  it('is told what is wrong with a request', async () => {
    const wrong = (fields: object) =>
      failureOf(intercom.conversations.redactConversationPart({ ...partRequest(), ...fields }));
    expect(await wrong({ type: 'message' })).toMatchObject({
      statusCode: 400,
      body: listOf('type_mismatch', "The type attribute provided should be either 'conversation_part' or 'source'"),
    });
    expect(await wrong({ conversation_id: undefined })).toMatchObject({
      statusCode: 400,
      body: listOf('parameter_not_found', 'conversation_id is a required parameter'),
    });
  });

  it('is told that its token is wrong', async () => {
    const stranger = new IntercomClient({ token: 'wrong', baseUrl: cloud.url });
    const failure = await failureOf(stranger.conversations.find({ conversation_id: document.id }));
    expect(failure).toBeInstanceOf(Intercom.UnauthorizedError);
    expect(failure.body).toEqual(listOf('unauthorized', 'Access Token Invalid'));
  });

  it('finds a conversation in Unstable, which is called Preview by now', async () => {
    const unstable = new IntercomClient({ token: key, baseUrl: cloud.url, version: 'Unstable' });
    const found = await unstable.conversations.find({ conversation_id: document.id }).withRawResponse();
    expect(found.rawResponse.headers.get('intercom-version')).toBe('Unstable');
    expect(found.data).toMatchObject({ id: document.id, company: document['company'] });
  });

  it('is told that a version is not served', async () => {
    const old = new IntercomClient({ token: key, baseUrl: cloud.url, version: '2.1' });
    expect(await failureOf(old.conversations.find({ conversation_id: document.id }))).toMatchObject({
      statusCode: 400,
      body: listOf('intercom_version_invalid', 'Requested resource is not available in current API version'),
    });
  });
});
