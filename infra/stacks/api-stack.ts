/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { HttpApi, type HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import { HouseFunction } from '../constructs/house-function.ts';
import type { StageSettings } from '../environments.ts';
import type { DataStack } from './data-stack.ts';
import { routes } from './routes.ts';

type ApiStackProps = StackProps & { settings: StageSettings; data: DataStack };

/**
 * The endpoints, one function each, and the schedule that finishes what a crash left open. There is no access log, so no
 * path, query or body can get into one; counts, errors and latency are in the API's metrics.
 */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, ...props }: ApiStackProps) {
    super(scope, id, props);

    const tableEnvironment = { TABLE_NAME: data.table.tableName };
    const writerEnvironment = { ...tableEnvironment, IDEMPOTENCY_TABLE_NAME: data.idempotencyTable.tableName };

    const unknownRoute = new HouseFunction(this, 'expunge/unknown-route', {
      settings,
      errorImpact: 'Callers of a route that does not exist get a bare 500 instead of an answer that says so.',
      // With the list it can tell an unknown path (404) from an unsupported method (405).
      environment: { ROUTES: JSON.stringify(routes.map(({ key }) => key)) },
    });
    const api = new HttpApi(this, 'Api', {
      apiName: id,
      defaultIntegration: new HttpLambdaIntegration('UnknownRoute', unknownRoute),
    });

    for (const { key, folder, access, errorImpact } of routes) {
      const endpoint = new HouseFunction(this, folder, {
        settings,
        errorImpact,
        environment: access === 'write' ? writerEnvironment : tableEnvironment,
      });
      if (access === 'write') {
        data.table.grantReadWriteData(endpoint);
        data.idempotencyTable.grantReadWriteData(endpoint);
      } else {
        data.table.grantReadData(endpoint);
      }

      const [method, path] = key.split(' ') as [HttpMethod, string];
      api.addRoutes({ path, methods: [method], integration: new HttpLambdaIntegration(folder, endpoint) });
    }

    const resume = new HouseFunction(this, 'erasure/resume', {
      settings,
      errorImpact: 'Redactions that were interrupted stay open: readers see nothing, but the content is still stored.',
      environment: tableEnvironment,
      timeout: Duration.minutes(5),
      // Two at once would do the same work twice.
      reservedConcurrentExecutions: 1,
    });
    data.table.grantReadWriteData(resume);
    // The next minute is the retry; by default a run that comes late would wait for hours, in Lambda's queue and in the scheduler's.
    const noRetries = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    resume.configureAsyncInvoke(noRetries);
    new Schedule(this, 'ResumeSchedule', {
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(resume, { input: ScheduleTargetInput.fromObject({}), ...noRetries }),
    });

    new CfnOutput(this, 'ApiUrl', { value: api.apiEndpoint });
  }
}
