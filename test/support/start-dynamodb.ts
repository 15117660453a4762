import type { TestProject } from 'vitest/node';
import { startS3 } from '../../infra/local/s3.ts';
import { startTestDynamoDB } from './local-tables.ts';

declare module 'vitest' {
  interface ProvidedContext {
    dynamodbEndpoint: string;
    s3Endpoint: string;
  }
}

/** One DynamoDB and one S3 for the whole run; each test file makes tables and buckets of its own in them. */
export const setup = async (project: TestProject) => {
  const dynamodb = await startTestDynamoDB();
  const s3 = await startS3();
  project.provide('dynamodbEndpoint', dynamodb.endpoint);
  project.provide('s3Endpoint', s3.endpoint);
  return () => Promise.all([dynamodb.stop(), s3.stop()]);
};
