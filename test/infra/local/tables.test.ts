import { DescribeTableCommand, DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalDynamoDB } from '../../../infra/local/dynamodb.ts';
import { localAws } from '../../../infra/local/local-aws.ts';
import { createTestTables, startTestDynamoDB } from '../../support/local-tables.ts';

describe("the template's tables", () => {
  let dynamodb: LocalDynamoDB;
  let client: DynamoDBClient;
  let names: { tableName: string; idempotencyTableName: string };

  beforeAll(async () => {
    dynamodb = await startTestDynamoDB();
    client = new DynamoDBClient({
      endpoint: dynamodb.endpoint,
      region: localAws.region,
      credentials: localAws.credentials,
    });
    names = await createTestTables(dynamodb.endpoint, 'one');
  }, 60_000);

  afterAll(async () => {
    client.destroy();
    await dynamodb.stop();
  });

  const describeTable = async (TableName: string) => (await client.send(new DescribeTableCommand({ TableName }))).Table;

  it('are created with their keys and the index, ready for use', async () => {
    expect(names.tableName).toMatch(/^Expunge-dev-Data-Conversations\w+-one$/);
    expect(await describeTable(names.tableName)).toMatchObject({
      TableStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [{ IndexName: 'open', Projection: { ProjectionType: 'KEYS_ONLY' } }],
    });
    expect(await describeTable(names.idempotencyTableName)).toMatchObject({
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    });
  });

  it('find what is open, by keys alone', async () => {
    const item = { pk: { S: 'a' }, sk: { S: 'b' }, open: { S: 'open' }, openedAt: { N: '1' } };
    await client.send(new PutItemCommand({ TableName: names.tableName, Item: { ...item, other: { S: 'x' } } }));
    const { Items } = await client.send(
      new QueryCommand({
        TableName: names.tableName,
        IndexName: 'open',
        KeyConditionExpression: '#open = :open',
        ExpressionAttributeNames: { '#open': 'open' },
        ExpressionAttributeValues: { ':open': { S: 'open' } },
      }),
    );
    expect(Items).toEqual([item]);
  });

  it('are left as they are when they are there already', async () => {
    await expect(createTestTables(dynamodb.endpoint, 'one')).resolves.toEqual(names);
    expect(await describeTable(names.tableName)).toMatchObject({ ItemCount: expect.any(Number) });
  });

  it('share a DynamoDB under other names', async () => {
    const others = await createTestTables(dynamodb.endpoint, 'two');
    expect(Object.values(others).toSorted()).not.toEqual(Object.values(names).toSorted());
    expect(await describeTable(others.tableName)).toMatchObject({ TableStatus: 'ACTIVE' });
  });
});
