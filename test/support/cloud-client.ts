import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Cloud } from '../../infra/local/cloud.ts';
import { localAws } from '../../infra/local/local-aws.ts';
import { apiKeyStore, type Permission, permissions } from '../../shared/tenants/api-key-store.ts';

export interface HttpAnswer {
  status: number;
  headers: Headers;
  text: string;
  body: any;
}

export interface HttpCall {
  headers?: Record<string, string>;
  /** An object is sent as JSON, a string as it is. */
  body?: unknown;
}

/** Sends a request over HTTP and reads the whole answer, which must be JSON or empty. */
export const send = async (
  url: string,
  method: string,
  path: string,
  { headers = {}, body }: HttpCall = {},
): Promise<HttpAnswer> => {
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const response = await fetch(`${url}${path}`, { method, headers, ...(text !== undefined && { body: text }) });
  const answered = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text: answered,
    body: answered === '' ? undefined : JSON.parse(answered),
  };
};

/** The tables of a cloud, read and written behind its back. */
export const tablesOf = ({ dynamodbEndpoint, tableName, idempotencyTableName }: Cloud) => {
  const { region, credentials } = localAws;
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials });
  const documents = DynamoDBDocumentClient.from(client);
  const scan = async (TableName: string): Promise<Record<string, any>[]> =>
    (await documents.send(new ScanCommand({ TableName, ConsistentRead: true }))).Items ?? [];
  return {
    documents,
    /** Every item of both tables, which must be few. */
    items: async () => [...(await scan(tableName)), ...(await scan(idempotencyTableName))],
    records: () => scan(idempotencyTableName),
    keyOf: async (tenantId: string, granted: readonly Permission[] = permissions) =>
      (await apiKeyStore(documents, tableName).create(tenantId, granted, new Date())).key,
    close: () => client.destroy(),
  };
};
