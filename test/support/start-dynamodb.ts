import type { TestProject } from 'vitest/node';
import { startTestDynamoDB } from './local-tables.ts';

declare module 'vitest' {
  interface ProvidedContext {
    dynamodbEndpoint: string;
  }
}

/** One DynamoDB for the whole run; each test file makes tables of its own in it. */
export const setup = async (project: TestProject) => {
  const dynamodb = await startTestDynamoDB();
  project.provide('dynamodbEndpoint', dynamodb.endpoint);
  return () => dynamodb.stop();
};
