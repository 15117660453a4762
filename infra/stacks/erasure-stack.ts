/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleGroup, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { type IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import { ErasureWorkflow } from '../constructs/erasure-workflow.ts';
import { HouseAlarm } from '../constructs/house-alarm.ts';
import { HouseFunction, type HouseFunctionProps } from '../constructs/house-function.ts';
import { invokerRole } from '../constructs/invoker-role.ts';
import { ownMetric } from '../constructs/own-metric.ts';
import type { TableUse } from '../constructs/table-access.ts';
import type { StageSettings } from '../environments.ts';
import { reservedConcurrency } from '../reserved-concurrency.ts';
import type { DataStack } from './data-stack.ts';

type ErasureStackProps = StackProps & { settings: StageSettings; data: DataStack };

/** What erases while no caller waits: the state machine for large redactions, and the schedule that finishes what was interrupted. */
export class ErasureStack extends Stack {
  readonly stateMachine: StateMachine;
  /**
   * One message for each run of erasure/resume that failed, or could not begin because the one before took long: the event,
   * `{}`, and the error's name and our words for it. The next minute is the retry, so nobody reads it again.
   */
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { settings, data, ...props }: ErasureStackProps) {
    super(scope, id, props);

    const reserved = reservedConcurrency(settings);
    const reservationOf = (folder: keyof typeof reserved) => {
      const reservedConcurrentExecutions = reserved[folder];
      return reservedConcurrentExecutions === undefined ? {} : { reservedConcurrentExecutions };
    };

    const environment = { TABLE_NAME: data.table.tableName, TABLE_ID: data.tableId };
    const filesEnvironment = { ...environment, BUCKET_NAME: data.files.bucket.bucketName };
    const task = (
      folder: string,
      uses: readonly TableUse[],
      errorImpact: string,
      limits: Partial<HouseFunctionProps> = {},
    ) => {
      const defaults = { settings, errorImpact, environment, timeout: Duration.seconds(30) };
      const houseFunction = new HouseFunction(this, folder, { ...defaults, ...limits });
      data.tables.grant(houseFunction, uses);
      return houseFunction;
    };
    const eraseChunk = task(
      'erasure/erase-chunk',
      ['get', 'query', 'erase cells', 'erase beside kept', 'finish chunk'],
      'Large redactions take longer: chunks fail and are tried again, and their content is still stored meanwhile.',
      {
        environment: filesEnvironment,
        // A chunk of cells of 1 KB takes 2.5 s at the limit of one partition, and one of 20 KB takes fifty; its files come on
        // top. Larger ones need a second try, which is cheap: what is erased by then costs one unit a cell.
        timeout: Duration.seconds(60),
        ...reservationOf('erasure/erase-chunk'),
      },
    );
    data.files.grant(eraseChunk, 'erase');
    this.stateMachine = new ErasureWorkflow(this, 'Workflow', {
      plan: task(
        'erasure/plan',
        ['get', 'begin round', 'erase text'],
        'Large redactions do not start: nobody sees their content, but all of it is still stored. It is tried again every minute.',
      ),
      eraseChunk,
      settle: task(
        'erasure/settle',
        ['get', 'settle'],
        'Large redactions are erased but not called completed: privacy officers wait for their proof.',
      ),
      recordFailure: task(
        'erasure/record-failure',
        ['record failure'],
        'Large redactions fail and their ledger entries do not say so; erasure/resume goes on with them all the same.',
      ),
    }).stateMachine;

    this.deadLetters = new Queue(this, 'ResumeDeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // Long enough to be seen in the morning; nothing is done with them but to look.
      retentionPeriod: Duration.days(1),
    });
    // The library's types do not agree with exactOptionalPropertyTypes.
    const deadLetterQueue = this.deadLetters as IQueue;
    const resume = new HouseFunction(this, 'erasure/resume', {
      settings,
      errorImpact: 'Redactions that were interrupted stay open: readers see nothing, but the content is still stored.',
      runbook: 'redactions-stay-open',
      environment: { ...filesEnvironment, STATE_MACHINE_ARN: this.stateMachine.stateMachineArn },
      timeout: Duration.minutes(5),
      ...reservationOf('erasure/resume'),
      // Not a destination for failures, which would get the result with its stack as well.
      deadLetterQueue,
    });
    data.tables.grant(resume, [
      ...(['find open', 'get', 'query', 'get many', 'go on', 'count executions'] as const),
      ...(['erase cells', 'erase text', 'erase beside kept', 'mask cells'] as const),
    ]);
    data.files.grant(resume, 'erase');
    this.stateMachine.grantStartExecution(resume);
    // The next minute is the retry; by default a run that comes late would wait for hours, in Lambda's queue and in the scheduler's.
    const noRetries = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    resume.configureAsyncInvoke(noRetries);
    const invoker = invokerRole(this, 'ResumeInvoker', 'scheduler.amazonaws.com', [resume]);
    Grant.addToPrincipal({
      grantee: invoker,
      actions: ['sqs:SendMessage'],
      resourceArns: [deadLetterQueue.queueArn],
    });
    // In a group of its own, because the metrics of schedules are those of a group.
    // It keeps nothing, and has a fixed name: one that stayed behind would stand in the way of the next deployment.
    const schedules = new ScheduleGroup(this, 'Schedules', { removalPolicy: RemovalPolicy.DESTROY });
    const schedule = new Schedule(this, 'ResumeEveryMinute', {
      scheduleGroup: schedules,
      schedule: ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(resume, {
        input: ScheduleTargetInput.fromObject({}),
        // All versions of the function are what CDK would add.
        role: invoker.withoutPolicyUpdates(),
        deadLetterQueue,
        ...noRetries,
      }),
    });
    // It names its group by a text, so CloudFormation does not see that it needs it.
    schedule.node.addDependency(schedules);

    const period = Duration.minutes(5);
    new HouseAlarm(this, 'OldestOpen', {
      impact:
        'A privacy officer has waited for an erasure for a quarter of an hour, or nobody looks after those that were interrupted.',
      runbook: 'redactions-stay-open',
      metric: ownMetric(settings, 'oldestOpen', { statistic: 'Maximum', period }),
      // Seconds: in so long 3.6 million parts are erased, at the 4,000 a second that a new table takes.
      threshold: Duration.minutes(15).toSeconds(),
      // A run that has much to do tells at its end, five minutes later.
      periods: 2,
      silenceIsBad: true,
    });
    new HouseAlarm(this, 'DeadLetters', {
      impact:
        'Nobody yet: runs of erasure/resume were given up on, and what was interrupted waits for one that gets through.',
      runbook: 'the-dead-letter-queue-is-not-empty',
      metric: deadLetterQueue.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
      // One is a run that took longer than a minute, whose successors expired; those of a day add up.
      threshold: 10,
    });
    new HouseAlarm(this, 'ScheduleDropped', {
      impact:
        'erasure/resume is not started: redactions that were interrupted stay open, and their content is still stored.',
      runbook: 'the-schedule-does-not-run',
      metric: schedules.metricDropped({ period }),
      // Of five; the next minute is the retry.
      threshold: 3,
    });

    new CfnOutput(this, 'StateMachineArn', { value: this.stateMachine.stateMachineArn });
  }
}
