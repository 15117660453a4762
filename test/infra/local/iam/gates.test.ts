import { rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cloud, startCloud } from '../../../../infra/local/cloud.ts';
import type { RecordedCall } from '../../../../infra/local/iam/gates.ts';
import { localAws } from '../../../../infra/local/local-aws.ts';
import { writeAssembly } from '../fixture-assembly.ts';

const urlOf = (name: string) => JSON.stringify(pathToFileURL(createRequire(import.meta.url).resolve(name)).href);

/** Sends what it is asked to, and says what it got or how it was refused. */
const sender = `
  import * as dynamodb from ${urlOf('@aws-sdk/client-dynamodb')};
  import * as s3 from ${urlOf('@aws-sdk/client-s3')};
  import * as sfn from ${urlOf('@aws-sdk/client-sfn')};
  import { getSignedUrl } from ${urlOf('@aws-sdk/s3-request-presigner')};
  const services = { dynamodb, s3, sfn };
  const clients = {
    dynamodb: new dynamodb.DynamoDBClient({}), s3: new s3.S3Client({ forcePathStyle: true }), sfn: new sfn.SFNClient({}),
  };
  export const handler = async ({ service, command, input, sign }) => {
    const made = new services[service][command](input);
    if (sign) return getSignedUrl(clients[service], made);
    try {
      const { $metadata, Body, ...answer } = await clients[service].send(made);
      return { status: $metadata.httpStatusCode, ...answer };
    } catch (error) {
      return { refused: error.name, status: error.$metadata?.httpStatusCode, message: error.message };
    }
  };`;

const table = 'Fixture-Data-Conversations';
const bucket = 'fixture-data-files';
const tableArn = `arn:aws:dynamodb:eu-west-1:000000000000:table/${table}`;
const allow = (action: string | string[], resource: string, condition?: object) => ({
  Effect: 'Allow',
  Action: action,
  Resource: resource,
  ...(condition && { Condition: condition }),
});
const forKeys = (pattern: string) => ({ 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [pattern] } });
const forAttributes = (...names: string[]) => ({ 'ForAllValues:StringEquals': { 'dynamodb:Attributes': names } });
const machineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:Fixture-Api-Machine';

describe('a function of the local cloud', () => {
  let assemblyDir: string;
  let cloud: Cloud;
  const calls: RecordedCall[] = [];

  const sendAs = async (folder: string, service: string, command: string, input: object): Promise<any> =>
    cloud.invoke(folder, { service, command, input });
  const get = (pk: string) => ({ TableName: table, Key: { pk: { S: pk } } });

  beforeAll(async () => {
    assemblyDir = await writeAssembly({
      'house/reader': {
        code: sender,
        statements: [
          allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query'], tableArn, forKeys('T#*')),
          allow(['s3:GetObject', 's3:ListBucket'], `arn:aws:s3:::${bucket}*`),
        ],
      },
      'house/marker': {
        code: sender,
        statements: [
          allow(['dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'], tableArn, forAttributes('pk', 'mark')),
          allow('s3:DeleteObject', `arn:aws:s3:::${bucket}/staging/*`),
          allow('s3:PutObject', `arn:aws:s3:::${bucket}/staging/*`),
          allow('s3:GetObject', `arn:aws:s3:::${bucket}/files/*`),
        ],
      },
    });
    cloud = await startCloud({ assemblyDir, onCall: (call) => calls.push(call) });
    const { region, credentials } = localAws;
    const client = new DynamoDBClient({ endpoint: cloud.dynamodbEndpoint, region, credentials });
    for (const pk of ['T#a', 'K#a'])
      await client.send(new PutItemCommand({ TableName: table, Item: { pk: { S: pk }, text: { S: 'here' } } }));
    client.destroy();
  });
  afterAll(async () => {
    await cloud.stop();
    await rm(assemblyDir, { recursive: true });
  });

  it('does what its role allows, and it is recorded', async () => {
    calls.length = 0;
    expect(await sendAs('house/reader', 'dynamodb', 'GetItemCommand', get('T#a'))).toMatchObject({
      status: 200,
      Item: { text: { S: 'here' } },
    });
    expect(calls).toEqual([
      {
        caller: 'house/reader',
        roleArn: 'arn:aws:iam::000000000000:role/Fixture-Api-housereaderRole',
        action: 'dynamodb:GetItem',
        resource: tableArn,
        context: { 'dynamodb:LeadingKeys': ['T#a'], 'dynamodb:Attributes': ['pk'] },
        allowed: true,
      },
    ]);
  });

  it('is told by DynamoDB what it would be told in the account', async () => {
    expect(await sendAs('house/marker', 'dynamodb', 'GetItemCommand', get('T#a'))).toEqual({
      refused: 'AccessDeniedException',
      status: 400,
      message: `User: arn:aws:sts::000000000000:assumed-role/Fixture-Api-housemarkerRole/Fixture-Api-housemarker is not authorized to perform: dynamodb:GetItem on resource: ${tableArn}`,
    });
  });

  it.each([
    ['GetItemCommand', get('K#a')],
    ['BatchGetItemCommand', { RequestItems: { [table]: { Keys: [get('T#a').Key, get('K#a').Key] } } }],
    [
      'QueryCommand',
      {
        TableName: table,
        KeyConditionExpression: '#p = :p',
        ExpressionAttributeNames: { '#p': 'pk' },
        ExpressionAttributeValues: { ':p': { S: 'K#a' } },
      },
    ],
    ['ScanCommand', { TableName: table }],
    ['GetItemCommand', { ...get('T#a'), TableName: 'another' }],
    ['PutItemCommand', { TableName: table, Item: get('T#a').Key }],
  ])('gets no item whose key its role does not match, by %s', async (command, input) => {
    expect(await sendAs('house/reader', 'dynamodb', command, input)).toMatchObject({
      refused: 'AccessDeniedException',
    });
  });

  const update = (expression: string, more: object = {}) => ({ ...get('T#m'), UpdateExpression: expression, ...more });
  const one = { ExpressionAttributeValues: { ':one': { N: '1' } } };
  const put = (item: object) => ({
    RequestItems: { [table]: [{ PutRequest: { Item: { ...get('T#m').Key, ...item } } }] },
  });
  it.each<[string, string, object, number]>([
    ['UpdateItemCommand', 'SET mark', update('SET mark = if_not_exists(mark, :one)', one), 200],
    [
      'UpdateItemCommand',
      'SET #mark',
      update('SET #m = :one', { ...one, ExpressionAttributeNames: { '#m': 'mark' } }),
      200,
    ],
    ['UpdateItemCommand', 'SET text', update('SET mark = :one, content = :one', one), 400],
    ['UpdateItemCommand', 'REMOVE text', update('REMOVE content'), 400],
    [
      'UpdateItemCommand',
      'a condition on text',
      update('SET mark = :one', { ...one, ConditionExpression: 'attribute_not_exists(content)' }),
      400,
    ],
    ['BatchWriteItemCommand', 'mark', put({ mark: { N: '1' } }), 200],
    ['BatchWriteItemCommand', 'text', put({ mark: { N: '1' }, content: { S: 'x' } }), 400],
  ])('writes no attribute that its role does not name: %s, %s', async (command, _, input, status) => {
    expect(await sendAs('house/marker', 'dynamodb', command, input)).toMatchObject({ status });
  });

  it('is told by Step Functions', async () => {
    const input = { stateMachineArn: machineArn, input: '{}' };
    expect(await sendAs('house/reader', 'sfn', 'StartExecutionCommand', input)).toMatchObject({
      refused: 'AccessDeniedException',
      status: 400,
    });
  });

  it('is told by S3, of each object by its key', async () => {
    const key = (Key: string) => ({ Bucket: bucket, Key });
    const put = (folder: string, Key: string) =>
      sendAs(folder, 's3', 'PutObjectCommand', { ...key(Key), Body: 'x'.repeat(1000) });
    expect(await put('house/reader', 'staging/a')).toMatchObject({ refused: 'AccessDenied', status: 403 });
    expect(await put('house/marker', 'files/a')).toMatchObject({ refused: 'AccessDenied', status: 403 });
    expect(await put('house/marker', 'staging/a')).toMatchObject({ status: 200 });
    const erase = (...keys: string[]) =>
      sendAs('house/marker', 's3', 'DeleteObjectsCommand', {
        Bucket: bucket,
        Delete: { Objects: keys.map((Key) => ({ Key })) },
      });
    expect(await erase('staging/a', 'files/a')).toMatchObject({ refused: 'AccessDenied' });
    expect(await sendAs('house/reader', 's3', 'HeadObjectCommand', key('staging/a'))).toMatchObject({ status: 200 });
    expect(await erase('staging/a', 'staging/b')).toMatchObject({ status: 200 });
    const copy = { ...key('staging/c'), CopySource: `${bucket}/staging/a` };
    expect(await sendAs('house/marker', 's3', 'CopyObjectCommand', copy)).toMatchObject({ refused: 'AccessDenied' });
  });

  it('hears that an object is missing only if it may list', async () => {
    const head = (folder: string) => sendAs(folder, 's3', 'HeadObjectCommand', { Bucket: bucket, Key: 'files/none' });
    expect(await head('house/reader')).toMatchObject({ status: 404 });
    expect(await head('house/marker')).toMatchObject({ status: 403 });
  });

  it('signs links that open what its role does', async () => {
    const follow = async (folder: string, Key: string) => {
      const input = { Bucket: bucket, Key, Body: 'x' };
      const link = await cloud.invoke(folder, { service: 's3', command: 'PutObjectCommand', input, sign: true });
      return (await fetch(String(link), { method: 'PUT', body: 'x' })).status;
    };
    expect(await follow('house/marker', 'staging/d')).toBe(200);
    expect(await follow('house/reader', 'staging/d')).toBe(403);
  });

  it('is nobody without its own credentials', async () => {
    const signed = await cloud.invoke('house/marker', {
      service: 's3',
      command: 'PutObjectCommand',
      input: { Bucket: bucket, Key: 'staging/e' },
      sign: true,
    });
    const { origin, pathname } = new URL(String(signed));
    const answer = await fetch(origin + pathname, { method: 'PUT', body: 'x' });
    expect([answer.status, await answer.text()]).toEqual([403, expect.stringContaining('<Code>AccessDenied</Code>')]);
  });
});
