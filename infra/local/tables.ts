import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableIds } from './intrinsics.ts';
import { localAws } from './local-aws.ts';
import type { Assembly } from './template.ts';

const keySchema = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

// Encryption, recovery and time to live are left out: an emulator has none of them, and expired records are filtered by their readers.
const tableProperties = z.object({
  KeySchema: keySchema,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: keySchema,
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'INCLUDE', 'KEYS_ONLY']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
});

const createIfAbsent = async (
  client: DynamoDBClient,
  TableName: string,
  properties: z.infer<typeof tableProperties>,
): Promise<[name: string, id: string]> => {
  try {
    await client.send(new CreateTableCommand({ TableName, BillingMode: 'PAY_PER_REQUEST', ...properties }));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  while (true) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    // DynamoDB Local gives tables no id.
    if (Table?.TableStatus === 'ACTIVE') return [TableName, Table.TableId ?? Table.TableArn!];
    await sleep(10);
  }
};

/** Creates the template's tables that the endpoint does not have yet, each name followed by the suffix; gives their ids by name. */
export const createTables = async (assembly: Assembly, endpoint: string, suffix = ''): Promise<TableIds> => {
  const { region, credentials } = localAws;
  const client = new DynamoDBClient({ endpoint, region, credentials });
  try {
    const created = assembly
      .resources('AWS::DynamoDB::GlobalTable')
      .map((table) => createIfAbsent(client, table.name + suffix, table.properties(tableProperties)));
    return new Map(await Promise.all(created));
  } finally {
    client.destroy();
  }
};
