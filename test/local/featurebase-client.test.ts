import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Featurebase } from 'featurebase-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { localAws } from '../../infra/local/local-aws.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { apiKeyStore, type Permission, permissions } from '../../shared/tenants/api-key-store.ts';
import { conversation, everyPart, type Fields, noor } from '../support/featurebase-documents.ts';

describe("Featurebase's own client", () => {
  let cloud: Cloud;
  let key: string;
  let featurebase: Featurebase;

  const keyFor = async (granted: readonly Permission[]) => {
    const { region, credentials } = localAws;
    const client = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region, credentials });
    try {
      const keys = apiKeyStore(DynamoDBDocumentClient.from(client), cloud.tableName);
      return (await keys.create('acme', granted, new Date())).key;
    } finally {
      client.destroy();
    }
  };
  const clientWith = (apiKey: string) => new Featurebase({ apiKey, baseURL: cloud.url });

  const ours = async (method: string, path: string, body: unknown) => {
    const response = await fetch(`${cloud.url}/v1/conversations${path}`, {
      method,
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify(body),
    });
    return response.status;
  };
  const imported = async () => {
    const document = conversation(everyPart);
    expect(await ours('POST', '', { dialect: 'featurebase', document })).toBe(201);
    return document;
  };

  type Redaction = Featurebase.Support.ConversationRedactParams;
  const redactionOf = ({ id }: Fields, fields: Partial<Redaction> = {}): Redaction => ({
    type: 'conversation_part',
    conversationId: id,
    conversationPartId: '1',
    ...fields,
  });

  /** The error that the call ends with, as the client raises it. */
  const failureOf = async (call: Promise<unknown>) => {
    const thrown: unknown = await call.then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(thrown).toBeInstanceOf(Featurebase.APIError);
    return thrown as InstanceType<typeof Featurebase.APIError>;
  };
  const bodyOf = (status: number, code: string, message: string, type = 'invalid_request_error') => ({
    error: { type, code, message, status },
  });

  beforeAll(async () => {
    cloud = await startCloud({ assemblyDir: await synthesize(), schedules: false });
    key = await keyFor(permissions);
    featurebase = clientWith(key);
  });

  afterAll(() => cloud.stop());

  it('retrieves a conversation as it was imported', async () => {
    const document = await imported();
    const include = ['customAttributeDefinitions'];
    expect(await featurebase.support.conversations.retrieve(document.id, { include })).toEqual(document);
    const { customAttributeValues: _, ...shown } = document;
    expect(await featurebase.support.conversations.retrieve(document.id)).toEqual(shown);
  });

  it('redacts a message, and finds it redacted', async () => {
    const document = await imported();
    const params = redactionOf(document, { actingAdminId: noor.id, 'Featurebase-Version': '2026-01-01.nova' });
    const { data, response } = await featurebase.support.conversations.redact(params).withResponse();
    expect(response.headers.get('featurebase-version')).toBe('2026-01-01.nova');
    expect(response.headers.get('redaction-state')).toBe('completed');
    const [redacted, ...others] = data.conversationParts ?? [];
    const { id, partType, author, createdAt } = document.conversationParts[0];
    expect(redacted).toMatchObject({ id, partType, author, createdAt, bodyHtml: '', bodyMarkdown: '', redacted: true });
    expect(others).toEqual(document.conversationParts.slice(1));
    expect(await featurebase.support.conversations.retrieve(document.id)).toEqual(data);
  });

  it('succeeds on a message that is redacted already', async () => {
    const document = await imported();
    const first = await featurebase.support.conversations.redact(redactionOf(document));
    expect(await featurebase.support.conversations.redact(redactionOf(document))).toEqual(first);
  });

  it('takes effect once for an idempotency key', async () => {
    const document = await imported();
    const again = () =>
      featurebase.support.conversations
        .redact(redactionOf(document), { headers: { 'Idempotency-Key': 'client-once' } })
        .withResponse();
    const first = await again();
    const replay = await again();
    expect(replay.response.headers.get('idempotent-replayed')).toBe('true');
    expect(replay.response.headers.get('redaction-id')).toBe(first.response.headers.get('redaction-id'));
    expect(replay.data).toEqual(first.data);
  });

  it('meets a BadRequestError for what is no human message', async () => {
    const document = await imported();
    const failure = await failureOf(
      featurebase.support.conversations.redact(redactionOf(document, { conversationPartId: '5' })),
    );
    expect(failure).toBeInstanceOf(Featurebase.BadRequestError);
    expect(failure.error).toEqual(bodyOf(400, 'invalid_request', 'Only human messages can be redacted'));
  });

  it('meets a BadRequestError under legal hold', async () => {
    const document = await imported();
    expect(await ours('PUT', `/featurebase:${document.id}/legal-hold`, { held: true })).toBe(200);
    const failure = await failureOf(featurebase.support.conversations.redact(redactionOf(document)));
    expect(failure).toBeInstanceOf(Featurebase.BadRequestError);
    expect(failure.error).toMatchObject({ error: { message: expect.stringContaining('legal hold') } });
  });

  it.each([
    ['conversation', { conversationId: '1' }, 'conversation_not_found', 'Conversation not found'],
    ['part', { conversationPartId: '99' }, 'conversation_part_not_found', 'Conversation part not found'],
  ])('meets a NotFoundError for an unknown %s', async (_, fields, code, message) => {
    const failure = await failureOf(featurebase.support.conversations.redact(redactionOf(await imported(), fields)));
    expect(failure).toBeInstanceOf(Featurebase.NotFoundError);
    expect(failure.error).toEqual(bodyOf(404, code, message));
  });

  it('meets a NotFoundError for the version that had no redaction, and reads in it', async () => {
    const document = await imported();
    const clover = { 'Featurebase-Version': '2025-12-12.clover' } as const;
    const failure = await failureOf(featurebase.support.conversations.redact(redactionOf(document, clover)));
    expect(failure).toBeInstanceOf(Featurebase.NotFoundError);
    expect(failure.error).toMatchObject({ error: { code: 'version_not_supported', param: 'Featurebase-Version' } });
    expect((await featurebase.support.conversations.retrieve(document.id, clover)).id).toBe(document.id);
  });

  it('meets an AuthenticationError with another key', async () => {
    const failure = await failureOf(clientWith('sk_nobody').support.conversations.retrieve('1'));
    expect(failure).toBeInstanceOf(Featurebase.AuthenticationError);
    expect(failure.error).toEqual(bodyOf(401, 'invalid_api_key', 'Invalid API Key', 'authentication_error'));
  });

  it('meets a PermissionDeniedError with a key that may only read', async () => {
    const document = await imported();
    const reader = clientWith(await keyFor(['messaging:read']));
    const failure = await failureOf(reader.support.conversations.redact(redactionOf(document)));
    expect(failure).toBeInstanceOf(Featurebase.PermissionDeniedError);
    expect(failure.error).toMatchObject({ error: { type: 'authorization_error', code: 'forbidden', status: 403 } });
  });
});
