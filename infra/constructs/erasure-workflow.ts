/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { Duration } from 'aws-cdk-lib';
import { Grant, Policy } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  Fail,
  JitterType,
  JsonPath,
  type RetryProps,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { retriedErrors } from '../../shared/errors.ts';
import { HouseAlarm } from './house-alarm.ts';
import { invokerRole } from './invoker-role.ts';
import { sumOf } from './sum-of.ts';

/**
 * Of one execution. A chunk writes to one partition at a time, which takes 1,000 write units a second. Eight fill the 4,000
 * that a new on-demand table takes, so that it grows (docs/runbook.md says who feels that), and are far from the 40,000 that one
 * may reach by default.
 */
const chunksAtOnce = 8;

/**
 * Waits of at most 1, 2, 4, 8, 16 and five times 30 s: 181 s in the worst case, half of that on average. A chunk has five minutes in
 * all, as an express execution: with slow runs between them not every retry comes to pass, and the next execution goes on.
 */
const lambdaIsBusy: RetryProps = {
  errors: [
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.TooManyRequestsException',
  ],
  interval: Duration.seconds(1),
  backoffRate: 2,
  maxDelay: Duration.seconds(30),
  maxAttempts: 10,
  jitterStrategy: JitterType.FULL,
};

/** Waits of at most 2, 4, 8, 16 and 32 s, 62 s in the worst case, after those that the function made itself. */
const tableIsBusy: RetryProps = {
  errors: [retriedErrors.unavailable, retriedErrors.contentRemains],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 5,
  jitterStrategy: JitterType.FULL,
};

/** Whoever brings a file counts as alive for 35 s at most. Waits of 10 s, four times: 40 s. */
const writerIsAtWork: RetryProps = {
  errors: [retriedErrors.writerAtWork],
  interval: Duration.seconds(10),
  backoffRate: 1,
  maxAttempts: 4,
};

/** A function that died or ran out of time. Waits of at most 2, 4 and 8 s: 14 s in the worst case. */
const functionDied: RetryProps = {
  errors: ['States.ALL'],
  interval: Duration.seconds(2),
  backoffRate: 2,
  maxAttempts: 3,
  jitterStrategy: JitterType.FULL,
};

const next = (step: string) => Condition.stringEquals('$.next', step);

export type ErasureWorkflowProps = Record<'plan' | 'eraseChunk' | 'settle' | 'recordFailure', IFunction>;

/**
 * The state machine that erases a large redaction: a round is planned, its chunks are erased side by side, and
 * so on until none is left; then it is settled. Its state holds ids, chunk numbers and times alone, because the history
 * of an execution is kept for 90 days and can't be deleted.
 */
export class ErasureWorkflow extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, functions: ErasureWorkflowProps) {
    super(scope, id);

    const task = (
      name: string,
      lambdaFunction: IFunction,
      props: Partial<{ payload: TaskInput; resultPath: string }> = {},
    ): LambdaInvoke => {
      const invoke = LambdaInvoke.jsonPath(this, name, {
        lambdaFunction,
        payloadResponseOnly: true,
        retryOnServiceExceptions: false,
        ...props,
      });
      for (const retry of [lambdaIsBusy, tableIsBusy, writerIsAtWork, functionDied]) invoke.addRetry(retry);
      return invoke;
    };
    // Named one by one: a bare path in `Parameters` would be taken as text.
    const redaction = {
      tenantId: JsonPath.stringAt('$$.Execution.Input.tenantId'),
      conversationId: JsonPath.stringAt('$$.Execution.Input.conversationId'),
      id: JsonPath.stringAt('$$.Execution.Input.id'),
      requestId: JsonPath.stringAt('$$.Execution.Input.requestId'),
    };

    const plan = task('Plan', functions.plan, { payload: TaskInput.fromObject(redaction) });
    const eraseChunks = DistributedMap.jsonPath(this, 'EraseChunks', {
      // A few cents less a million parts than standard children, and no history of theirs is kept.
      mapExecutionType: StateMachineType.EXPRESS,
      itemsPath: '$.chunks',
      itemSelector: {
        redaction: JsonPath.objectAt('$.redaction'),
        chunk: JsonPath.numberAt('$$.Map.Item.Value'),
        requestId: redaction.requestId,
      },
      maxConcurrency: chunksAtOnce,
      // The ledger knows which chunks are finished, and the next plan asks it.
      resultPath: JsonPath.DISCARD,
    }).itemProcessor(task('EraseChunk', functions.eraseChunk));
    const settle = task('Settle', functions.settle, { payload: TaskInput.fromObject(redaction) });
    const done = new Succeed(this, 'Done');

    const recordFailure = task('RecordFailure', functions.recordFailure, {
      payload: TaskInput.fromObject({ ...redaction, error: JsonPath.stringAt('$.failure.Error') }),
    }).next(
      new Fail(this, 'LeftOpen', {
        error: 'ErasureFailed',
        cause: 'The redaction stays open: nobody sees its content, and erasure/resume starts the next execution',
      }),
    );
    const caught = { resultPath: '$.failure' };

    plan
      .addCatch(recordFailure, caught)
      .next(
        new Choice(this, 'WhatNext')
          .when(next('erase'), eraseChunks.addCatch(recordFailure, caught).next(plan))
          .when(next('settle'), settle.addCatch(recordFailure, caught).next(done))
          .otherwise(done),
      );

    const role = invokerRole(this, 'Role', 'states.amazonaws.com', Object.values(functions));
    // What `tracingEnabled` would add by itself; X-Ray has no narrower resource.
    Grant.addToPrincipal({
      grantee: role,
      actions: [
        'xray:PutTraceSegments',
        'xray:PutTelemetryRecords',
        'xray:GetSamplingRules',
        'xray:GetSamplingTargets',
      ],
      resourceArns: ['*'],
    });
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      role: role.withoutPolicyUpdates(),
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(plan),
      // At 4,000 parts a second that is 345 million; erasure/resume would go on with the rest.
      timeout: Duration.days(1),
      comment: 'Erases a redaction that is too large for a request',
      tracingEnabled: true,
    });

    // A Distributed Map starts its children and ends them; to redrive express ones is to start them again.
    // https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
    const children = new Policy(this, 'Children', { roles: [role] });
    this.stateMachine.grantStartExecution(children);
    this.stateMachine.grantExecution(children, 'states:DescribeExecution', 'states:StopExecution');

    const period = Duration.minutes(5);
    const { stateMachine } = this;
    new HouseAlarm(this, 'Interrupted', {
      impact:
        'A large redaction was interrupted: nobody sees its content, but part of it is still stored until an execution gets through.',
      runbook: 'a-large-redaction-was-interrupted',
      metric: sumOf('executions', [
        stateMachine.metricFailed({ period }),
        stateMachine.metricTimedOut({ period }),
        stateMachine.metricAborted({ period }),
      ]),
    });
  }
}
