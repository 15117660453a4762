import { readFileSync } from 'node:fs';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { InvalidArgumentError, Option } from 'commander';
import * as z from 'zod';
import { localAws } from '../infra/local/local-aws.ts';
import { sealReader, tableGate } from '../shared/conversations/seal-store.ts';
import { tenantId } from '../shared/tenants/api-key-store.ts';

const localCloud = z.object({ tableName: z.string(), dynamodbEndpoint: z.string(), region: z.string() });

/** The table of a deployed stage, found as the AWS CLI finds it, by profile and region; without a name that of the local run. */
export const openTable = (name: string | undefined): { client: DynamoDBDocumentClient; tableName: string } => {
  if (name !== undefined) return { client: DynamoDBDocumentClient.from(new DynamoDBClient({})), tableName: name };
  const {
    tableName,
    dynamodbEndpoint: endpoint,
    region,
  } = localCloud.parse(JSON.parse(readFileSync('.local/cloud.json', 'utf8')));
  return {
    client: DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region, credentials: localAws.credentials })),
    tableName,
  };
};

/** The id that DynamoDB gave the table when it was made; DynamoDB Local gives none, so there it is the ARN. */
export const tableIdOf = async (client: DynamoDBDocumentClient, tableName: string): Promise<string> => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  return Table!.TableId ?? Table!.TableArn!;
};

/** The table, for what reads or changes what is served. Throws TableNotReplayed while it is closed: a replay would undo or miss that. */
export const openServedTable = async (name: string | undefined) => {
  const { client, tableName } = openTable(name);
  const tableId = await tableIdOf(client, tableName);
  await tableGate(sealReader(client, tableName), tableId)();
  return { client, tableName, tableId };
};

/** The parsed value of an argument, or commander's own refusal of it. */
export const parsedBy =
  <T>(schema: z.core.$ZodType<T>, read: (text: string) => unknown = (text) => text) =>
  (text: string): T => {
    const result = z.safeParse(schema, read(text));
    if (result.success) return result.data;
    throw new InvalidArgumentError(result.error.issues[0]?.message ?? '');
  };

export const tenantOption = new Option('--tenant <id>', 'the tenant')
  .argParser(parsedBy(tenantId))
  .makeOptionMandatory();
export const tableOption = new Option(
  '--table <name>',
  'the conversation table of a deployed stage (its output TableName)',
);
