/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { Duration } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { serviceName } from '../../shared/metric-names.ts';
import type { StageSettings } from '../environments.ts';
import { codeOf } from './bundles.ts';
import { HouseAlarm, type RunbookSection } from './house-alarm.ts';

export type HouseFunctionProps = {
  settings: StageSettings;
  /** Who suffers, and how, while this function fails: the text of its alarm. */
  errorImpact: string;
  /** Where the runbook says what to do then, if there is more to say than of any function. */
  runbook?: RunbookSection;
  environment?: Record<string, string>;
  memorySize?: number;
  timeout?: Duration;
  reservedConcurrentExecutions?: number;
  /** For a function that is invoked asynchronously: gets the events of runs that failed or did not begin. */
  deadLetterQueue?: IQueue;
};

/** A Lambda function from the folder under functions/ that its construct id names, with logs that expire and an alarm. */
export class HouseFunction extends LambdaFunction {
  constructor(
    scope: Construct,
    folder: string,
    { settings, errorImpact, runbook = 'a-function-fails', environment, ...props }: HouseFunctionProps,
  ) {
    const logGroup = new LogGroup(scope, `${folder}/logs`, {
      retention: settings.logRetention,
      removalPolicy: settings.removalPolicy,
    });
    // It writes to its own log group, where Lambda's managed policy would let it write to every one.
    const role = new Role(scope, `${folder}/role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, folder, {
      // A stranger reads in the console which folder this is, and so does the local cloud.
      description: folder,
      code: codeOf(scope, folder),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: 512,
      // Above the 30 s that an HTTP API waits: a function answers at 28 s by itself (shared/http/entry.ts), and needs a moment for it.
      timeout: Duration.seconds(32),
      environment: {
        POWERTOOLS_SERVICE_NAME: serviceName,
        POWERTOOLS_METRICS_NAMESPACE: settings.metricsNamespace,
        POWERTOOLS_LOG_LEVEL: 'INFO',
        ...environment,
      },
      // Times and names alone: nothing of ours adds to a trace (docs/decisions/0011-traces-without-a-tracer.md).
      tracing: Tracing.ACTIVE,
      logGroup,
      role,
      ...props,
    });

    new HouseAlarm(this, 'Errors', {
      impact: errorImpact,
      runbook,
      metric: this.metricErrors({ period: Duration.minutes(5) }),
    });
  }
}
