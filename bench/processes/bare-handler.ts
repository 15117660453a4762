import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/** The least that a function on DynamoDB can be: what the import times of ours are held against. */

const client = new DynamoDBClient({});

export const handler = (event: { pk: string }) =>
  client.send(new GetItemCommand({ TableName: process.env['TABLE_NAME'], Key: { pk: { S: event.pk } } }));
