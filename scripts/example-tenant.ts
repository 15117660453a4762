import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Cloud } from '../infra/local/cloud.ts';
import { localAws } from '../infra/local/local-aws.ts';
import { sealStore } from '../shared/conversations/seal-store.ts';
import { apiKeyStore, permissions } from '../shared/tenants/api-key-store.ts';
import { exampleDocuments } from './examples.ts';

export const tenant = 'example';

/** A key of the example tenant that may do everything. */
export const createKey = async ({ dynamodbEndpoint, region, tableName, tableId }: Cloud): Promise<string> => {
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials: localAws.credentials });
  const documents = DynamoDBDocumentClient.from(client);
  await sealStore(documents, tableName).sealIfNew(tableId);
  const { key } = await apiKeyStore(documents, tableName).create(tenant, permissions, new Date());
  client.destroy();
  return key;
};

const post = async (url: string, headers: Record<string, string>, body: unknown) => {
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The example was refused: ${answer.status} ${await answer.text()}`);
};

/** Imports the example conversations; those that are there stay as they are. */
export const importExamples = async (url: string, key: string): Promise<void> => {
  for (const document of exampleDocuments)
    await post(`${url}/v1/conversations`, { authorization: `Bearer ${key}` }, { dialect: 'augno', document });
};

/** Redacts an example conversation. The redaction's id follows from the idempotency key, so that an event can name it. */
export const redactExample = (url: string, key: string, conversation: string): Promise<void> =>
  post(
    `${url}/v1/conversations/${conversation}/actions/redact`,
    { authorization: `Bearer ${key}`, 'idempotency-key': 'example' },
    { scope: 'conversation' },
  );
