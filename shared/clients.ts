import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** One client per execution environment; the SDK finds a local endpoint by AWS_ENDPOINT_URL_DYNAMODB. */
export const dynamodb = new DynamoDBClient({ retryMode: 'standard', maxAttempts: 5 });

export const documents = DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } });
