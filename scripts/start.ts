import { createWriteStream, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Command } from 'commander';
import { type Cloud, startCloud } from '../infra/local/cloud.ts';
import { localAws } from '../infra/local/local-aws.ts';
import { synthesize } from '../infra/local/synthesize.ts';
import { sealStore } from '../shared/conversations/seal-store.ts';
import { apiKeyStore, permissions } from '../shared/tenants/api-key-store.ts';
import { docsPages } from './docs-pages.ts';
import { exampleDocuments } from './examples.ts';

/** Runs the synthesized app on this machine, with an example tenant and conversations to try it on. */

const tenant = 'example';
const cloudFile = '.local/cloud.json';

const port = Number(process.env['PORT'] ?? 3000);
const { data } = new Command('start')
  .description('Runs Expunge on this machine')
  .option('--data <folder>', 'keeps tables and files in this folder; without it they are in memory')
  .parse()
  .opts<{ data?: string }>();

const createKey = async ({ dynamodbEndpoint, region, tableName, tableId }: Cloud) => {
  const client = new DynamoDBClient({ endpoint: dynamodbEndpoint, region, credentials: localAws.credentials });
  const documents = DynamoDBDocumentClient.from(client);
  await sealStore(documents, tableName).sealIfNew(tableId);
  const { key } = await apiKeyStore(documents, tableName).create(tenant, permissions, new Date());
  client.destroy();
  return key;
};

const importExamples = async (url: string, key: string) => {
  for (const document of exampleDocuments) {
    const answer = await fetch(`${url}/v1/conversations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ dialect: 'augno', document }),
    });
    if (!answer.ok) throw new Error(`The example was not imported: ${answer.status} ${await answer.text()}`);
  }
};

const requests = (url: string, key: string) => {
  const conversation = `${url}/v1/messaging/conversations/${exampleDocuments[0]?.conversation.id}`;
  const headers = `-H 'Authorization: Bearer ${key}' -H 'Augno-Version: 1.0.forge-preview.3'`;
  return `
  Read a conversation:
    curl -s ${headers} '${conversation}/messages?limit=3'

  Redact it:
    curl -s -X POST ${headers} -H 'Idempotency-Key: try-1' '${conversation}/actions/redact'

  Read it again:
    curl -s ${headers} '${conversation}/messages?limit=3'
`;
};

mkdirSync('.local', { recursive: true });
const log = createWriteStream('.local/functions.log');
const cloud = await startCloud({
  assemblyDir: await synthesize(),
  port,
  pages: docsPages,
  ...(data !== undefined && { dataDir: data }),
  onLog: (folder, line) => log.write(`${folder} ${line}\n`),
  onRequest: (route, status, milliseconds) => console.log(`  ${route} ${status} ${Math.round(milliseconds)} ms`),
});
const apiKey = await createKey(cloud);
await importExamples(cloud.url, apiKey);
const { url, tableName, idempotencyTableName, bucketName, dynamodbEndpoint, s3Endpoint, region } = cloud;
const shown = url.replace('127.0.0.1', 'localhost');
const names = { tableName, idempotencyTableName, bucketName };
const described = { url: shown, ...names, dynamodbEndpoint, s3Endpoint, region, apiKey, tenant };
await writeFile(cloudFile, JSON.stringify(described, undefined, 2), { mode: 0o600 });

console.log(`
Expunge is up on ${shown}
  API key     ${apiKey}   (tenant ${tenant}, may do everything)
  the API     ${shown}/docs
  for tools   ${cloudFile}
  function logs   .local/functions.log
${requests(shown, apiKey)}
Ctrl-C stops it.
`);

const stop = async () => {
  await cloud.stop();
  await rm(cloudFile, { force: true });
  log.end();
};
process.once('SIGINT', () => void stop());
process.once('SIGTERM', () => void stop());
