/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Construct } from 'constructs';
import { HouseFunction } from '../constructs/house-function.ts';
import type { StageSettings } from '../environments.ts';
import type { DataStack } from './data-stack.ts';
import type { ErasureStack } from './erasure-stack.ts';
import { routes } from './routes.ts';

type ApiStackProps = StackProps & { settings: StageSettings; data: DataStack; erasure: ErasureStack };

/**
 * The endpoints, one function each. There is no access log, so no
 * path, query or body can get into one; counts, errors and latency are in the API's metrics.
 */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, erasure, ...props }: ApiStackProps) {
    super(scope, id, props);

    const tableEnvironment = { TABLE_NAME: data.table.tableName };
    const writerEnvironment = { ...tableEnvironment, IDEMPOTENCY_TABLE_NAME: data.idempotencyTable.tableName };

    const unknownRoute = new HouseFunction(this, 'expunge/unknown-route', {
      settings,
      errorImpact: 'Callers of a route that does not exist get a bare 500 instead of an answer that says so.',
      // With the list it can tell an unknown path (404) from an unsupported method (405).
      environment: { ROUTES: JSON.stringify(routes.flatMap(({ key, also = [] }) => [key, ...also])) },
    });
    const api = new HttpApi(this, 'Api', {
      apiName: id,
      defaultIntegration: new HttpLambdaIntegration('UnknownRoute', unknownRoute),
    });

    for (const { key, also = [], folder, access, files = [], startsWorkflow, errorImpact } of routes) {
      const endpoint = new HouseFunction(this, folder, {
        settings,
        errorImpact,
        environment: {
          ...(access === 'write' ? writerEnvironment : tableEnvironment),
          ...(files.length > 0 && { BUCKET_NAME: data.files.bucket.bucketName }),
          ...(startsWorkflow && { STATE_MACHINE_ARN: erasure.stateMachine.stateMachineArn }),
        },
      });
      if (startsWorkflow) erasure.stateMachine.grantStartExecution(endpoint);
      if (access === 'write') {
        data.table.grantReadWriteData(endpoint);
        data.idempotencyTable.grantReadWriteData(endpoint);
      } else {
        data.table.grantReadData(endpoint);
      }

      for (const use of files) data.files.grant(endpoint, use);

      const integration = new HttpLambdaIntegration(folder, endpoint);
      for (const spelling of [key, ...also]) {
        const [method, path] = spelling.split(' ') as [HttpMethod, string];
        api.addRoutes({ path, methods: [method], integration });
      }
    }

    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
  }
}
