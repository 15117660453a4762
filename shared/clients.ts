import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * One client per execution environment; the SDK finds a local endpoint by AWS_ENDPOINT_URL_DYNAMODB. A call gives up while
 * the request still has time to say so: five times 4 s and, of a table that throttles, 7.5 s between them, of 28.
 */
export const dynamodb = new DynamoDBClient({
  retryMode: 'standard',
  maxAttempts: 5,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 4_000, throwOnRequestTimeout: true },
});

export const documents = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
