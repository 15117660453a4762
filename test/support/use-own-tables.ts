import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { createTestBucket, createTestTables } from './local-tables.ts';

// Before any handler is loaded: it reads its environment at module scope, as in Lambda.
const endpoint = inject('dynamodbEndpoint');
const s3Endpoint = inject('s3Endpoint');
const suffix = randomBytes(4).toString('hex');
const { tableName, tableId, idempotencyTableName, stateMachineArn } = await createTestTables(endpoint, suffix);
const bucketName = await createTestBucket(s3Endpoint, suffix);

Object.assign(process.env, {
  AWS_ENDPOINT_URL_DYNAMODB: endpoint,
  AWS_ENDPOINT_URL_S3: s3Endpoint,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
  TABLE_NAME: tableName,
  TABLE_ID: tableId,
  IDEMPOTENCY_TABLE_NAME: idempotencyTableName,
  BUCKET_NAME: bucketName,
  STATE_MACHINE_ARN: stateMachineArn,
  // Nobody listens there: a test that needs executions starts them itself.
  AWS_ENDPOINT_URL_SFN: 'http://127.0.0.1:1',
  POWERTOOLS_SERVICE_NAME: 'expunge',
  POWERTOOLS_METRICS_NAMESPACE: 'Expunge/test',
  // The logger then writes to the console, which vitest keeps apart for each test.
  POWERTOOLS_DEV: 'true',
  // Which would disable them.
  POWERTOOLS_METRICS_DISABLED: 'false',
  ROUTES: JSON.stringify(['GET /v1/conversations/{id}', 'POST /v1/messaging/conversations/{id}/actions/redact']),
});
