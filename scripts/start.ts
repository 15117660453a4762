import { createWriteStream, mkdirSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { Command } from 'commander';
import { startCloud } from '../infra/local/cloud.ts';
import { synthesize } from '../infra/local/synthesize.ts';
import { docsPages } from './docs-pages.ts';
import { createKey, importExamples, tenant } from './example-tenant.ts';
import { exampleDocuments } from './examples.ts';

/** Runs the synthesized app on this machine, with an example tenant and conversations to try it on. */

const cloudFile = '.local/cloud.json';

const port = Number(process.env['PORT'] ?? 3000);
const { data } = new Command('start')
  .description('Runs Expunge on this machine')
  .option('--data <folder>', 'keeps tables and files in this folder; without it they are in memory')
  .parse()
  .opts<{ data?: string }>();

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
