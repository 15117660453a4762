/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { ApiAlarms } from '../constructs/api-alarms.ts';
import { OperationsDashboard } from '../constructs/dashboard.ts';
import { HouseFunction } from '../constructs/house-function.ts';
import { PublicApi, type PublicRoute } from '../constructs/public-api.ts';
import type { StageSettings } from '../environments.ts';
import type { DataStack } from './data-stack.ts';
import type { ErasureStack } from './erasure-stack.ts';
import { type Route, routes } from './routes.ts';

type ApiStackProps = StackProps & { settings: StageSettings; data: DataStack; erasure: ErasureStack };

/** What a route does with conversations; the folders of those that redact say so. */
const usageOf = ({ key, folder }: Route) => {
  if (key.startsWith('GET ')) return 'read';
  return folder.includes('/redact') ? 'redact' : 'write';
};

/** The endpoints, one function each. */
export class ApiStack extends Stack {
  constructor(scope: Construct, id: string, { settings, data, erasure, ...props }: ApiStackProps) {
    super(scope, id, props);

    const tableEnvironment = { TABLE_NAME: data.table.tableName, TABLE_ID: data.tableId };
    const writerEnvironment = { ...tableEnvironment, IDEMPOTENCY_TABLE_NAME: data.idempotencyTable.tableName };

    const unknownRoute = new HouseFunction(this, 'expunge/unknown-route', {
      settings,
      errorImpact: 'Callers of a route that does not exist get a bare 500 instead of an answer that says so.',
      // With the list it can tell an unknown path (404) from an unsupported method (405).
      environment: { ROUTES: JSON.stringify(routes.flatMap(({ key, also = [] }) => [key, ...also])) },
    });
    const publicRoutes = routes.map((route): PublicRoute => {
      const { key, also = [], folder, access, table, files = [], startsWorkflow, memorySize, errorImpact } = route;
      const endpoint = new HouseFunction(this, folder, {
        settings,
        errorImpact,
        ...(memorySize && { memorySize }),
        environment: {
          ...(access === 'write' ? writerEnvironment : tableEnvironment),
          ...(files.length > 0 && { BUCKET_NAME: data.files.bucket.bucketName }),
          ...(startsWorkflow && { STATE_MACHINE_ARN: erasure.stateMachine.stateMachineArn }),
        },
      });
      if (startsWorkflow) erasure.stateMachine.grantStartExecution(endpoint);
      data.tables.grant(endpoint, ['find callers', ...table]);
      if (access === 'write') data.tables.grantRecords(endpoint, folder);
      for (const use of files) data.files.grant(endpoint, use);

      return { id: folder, keys: [key, ...also], handler: endpoint, throttle: settings.throttles[usageOf(route)] };
    });

    const { api, url } = new PublicApi(this, 'Api', {
      name: id,
      settings,
      routes: publicRoutes,
      fallback: unknownRoute,
    });
    new ApiAlarms(this, 'Alarms', { api, functions: [unknownRoute, ...publicRoutes.map(({ handler }) => handler)] });
    // In the last stack, which knows the others; the alarms stand with what they watch.
    const { dashboard } = new OperationsDashboard(this, 'Operations', {
      settings,
      api,
      stateMachine: erasure.stateMachine,
      tables: { conversations: data.table, idempotency: data.idempotencyTable },
      bucket: data.files.bucket,
      stacks: [this, erasure],
    });

    new CfnOutput(this, 'ApiUrl', { value: url });
    new CfnOutput(this, 'DashboardUrl', {
      value: `https://${this.region}.console.aws.amazon.com/cloudwatch/home?region=${this.region}#dashboards/dashboard/${dashboard.dashboardName}`,
    });
  }
}
