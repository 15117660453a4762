import { localAws } from '../infra/local/local-aws.ts';
import type { Assembly } from '../infra/local/template.ts';

/** Gives this process the environment of a function. Before any is loaded: it reads that at module scope, as in Lambda. */
export const useEnvironment = (assembly: Assembly, dynamodbEndpoint: string): void => {
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    AWS_REGION: localAws.region,
    AWS_ACCESS_KEY_ID: localAws.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
    TABLE_NAME: assembly.output('TableName'),
    TABLE_ID: assembly.output('TableId'),
    IDEMPOTENCY_TABLE_NAME: assembly.output('IdempotencyTableName'),
    // No conversation here has a file, so nothing asks for one.
    BUCKET_NAME: assembly.output('BucketName'),
    STATE_MACHINE_ARN: `arn:aws:states:${localAws.region}:${localAws.account}:stateMachine:erasure`,
    POWERTOOLS_SERVICE_NAME: 'expunge',
    POWERTOOLS_METRICS_NAMESPACE: 'Expunge',
  });
};
