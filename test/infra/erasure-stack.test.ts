import validate from 'asl-validator';
import { beforeAll, describe, expect, it } from 'vitest';
import { reservedConcurrency } from '../../infra/reserved-concurrency.ts';
import { type DeployedFunction, deployedFunctions } from './deployed-functions.ts';
import { deployments } from './deployments.ts';
import { readTemplate, type Resource, resourcesOf, type StackTemplate } from './stack-template.ts';

describe.each(deployments)('what erases in $name', (deployment) => {
  const reserved = deployment.stage === 'dev' ? undefined : { 'erasure/erase-chunk': 32, 'erasure/resume': 1 };
  let template: StackTemplate;
  let functions: DeployedFunction[];
  let machine: Resource['Properties'];
  let definition: any;

  const inFolder = (folder: string) => functions.find((candidate) => candidate.folder === folder);
  /** The folder of the function behind a state. */
  const folderOf = (state: any) => functions.find(({ id }) => state.Resource.endsWith(`:function:${id}`))?.folder;

  beforeAll(async () => {
    template = await readTemplate(deployment, 'Erasure');
    functions = deployedFunctions(template);
    const [[, resource] = []] = resourcesOf(template, 'AWS::StepFunctions::StateMachine');
    machine = resource!.Properties;
    const pieces: (string | { 'Fn::GetAtt': [string] })[] = machine['DefinitionString']['Fn::Join'][1];
    const text = pieces.map((piece) =>
      typeof piece === 'string' ? piece : `arn:aws:lambda:eu-west-1:111111111111:function:${piece['Fn::GetAtt'][0]}`,
    );
    definition = JSON.parse(text.join(''));
  });

  describe('the state machine', () => {
    it('is one that Step Functions takes, paths and ARNs included', () => {
      expect(validate(structuredClone(definition), { checkPaths: true, checkArn: true })).toMatchObject({
        isValid: true,
      });
    });

    it('plans rounds of chunks, erases them, and settles when none is left', () => {
      const { Plan, WhatNext, EraseChunks, Settle, Done } = definition.States;
      expect(definition.StartAt).toBe('Plan');
      expect([folderOf(Plan), Plan.Next]).toEqual(['erasure/plan', 'WhatNext']);
      expect(WhatNext).toEqual({
        Type: 'Choice',
        Choices: [
          { Variable: '$.next', StringEquals: 'erase', Next: 'EraseChunks' },
          { Variable: '$.next', StringEquals: 'settle', Next: 'Settle' },
        ],
        Default: 'Done',
      });
      expect(EraseChunks).toMatchObject({ ItemsPath: '$.chunks', MaxConcurrency: 8, ResultPath: null, Next: 'Plan' });
      expect(EraseChunks.ItemProcessor.ProcessorConfig).toEqual({ Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' });
      const { EraseChunk } = EraseChunks.ItemProcessor.States;
      expect([folderOf(EraseChunk), EraseChunk.End]).toEqual(['erasure/erase-chunk', true]);
      expect([folderOf(Settle), Settle.Next, Done.Type]).toEqual(['erasure/settle', 'Done', 'Succeed']);
    });

    it('hands its tasks ids and chunk numbers alone, each by a path of its own', () => {
      const { Plan, Settle, EraseChunks, RecordFailure } = definition.States;
      const ids = {
        'tenantId.$': '$$.Execution.Input.tenantId',
        'conversationId.$': '$$.Execution.Input.conversationId',
        'id.$': '$$.Execution.Input.id',
        'requestId.$': '$$.Execution.Input.requestId',
      };
      expect([Plan.Parameters, Settle.Parameters]).toEqual([ids, ids]);
      expect(RecordFailure.Parameters).toEqual({ ...ids, 'error.$': '$.failure.Error' });
      expect(EraseChunks.ItemSelector).toEqual({
        'redaction.$': '$.redaction',
        'chunk.$': '$$.Map.Item.Value',
        'requestId.$': '$$.Execution.Input.requestId',
      });
    });

    it('tries every task again, with jitter and an end: a busy service, a busy table, a function that died', () => {
      const { Plan, Settle, EraseChunks, RecordFailure } = definition.States;
      const tasks = [Plan, Settle, RecordFailure, EraseChunks.ItemProcessor.States.EraseChunk];
      for (const { Retry } of tasks) {
        expect(Retry.map(({ ErrorEquals }: any) => ErrorEquals)).toEqual([
          expect.arrayContaining(['Lambda.TooManyRequestsException']),
          ['Unavailable', 'ContentRemains'],
          ['WriterAtWork'],
          ['States.ALL'],
        ]);
        const [busyLambda, busyTable, writer, death] = Retry;
        // Forty seconds in all, and a writer counts as alive for thirty-five.
        expect(writer).toMatchObject({ IntervalSeconds: 10, BackoffRate: 1, MaxAttempts: 4 });
        for (const retrier of [busyLambda, busyTable, death]) {
          expect(retrier).toMatchObject({ JitterStrategy: 'FULL', BackoffRate: 2 });
          expect(retrier.MaxAttempts).toBeLessThanOrEqual(10);
        }
      }
    });

    it('records a failure, whatever failed, and fails, so that its alarm rings', () => {
      const { Plan, Settle, EraseChunks, RecordFailure, LeftOpen } = definition.States;
      const caught = [{ ErrorEquals: ['States.ALL'], ResultPath: '$.failure', Next: 'RecordFailure' }];
      expect([Plan.Catch, Settle.Catch, EraseChunks.Catch]).toEqual([caught, caught, caught]);
      expect([folderOf(RecordFailure), RecordFailure.Next, LeftOpen.Type]).toEqual([
        'erasure/record-failure',
        'LeftOpen',
        'Fail',
      ]);
    });

    it('keeps no payload in a log, and starts only itself and its own functions', () => {
      expect(machine).not.toHaveProperty('LoggingConfiguration');
      // A trace has the names of states and of errors, and how long each took.
      expect(machine['TracingConfiguration']).toEqual({ Enabled: true });
      expect(machine['StateMachineType']).toBe('STANDARD');
      const role = machine['RoleArn']['Fn::GetAtt'][0];
      const actions = resourcesOf(template, 'AWS::IAM::Policy')
        .filter(([, { Properties }]) => Properties['Roles'].some(({ Ref }: any) => Ref === role))
        .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement)
        .flatMap(({ Action }) => Action);
      expect(new Set(actions)).toEqual(
        new Set([
          'lambda:InvokeFunction',
          'states:StartExecution',
          'states:DescribeExecution',
          'states:StopExecution',
          'xray:PutTraceSegments',
          'xray:PutTelemetryRecords',
          'xray:GetSamplingRules',
          'xray:GetSamplingTargets',
        ]),
      );
    });
  });

  it('gives a chunk less time than an express execution has, and all chunks together a share of what runs at once', () => {
    expect(inFolder('erasure/erase-chunk')?.properties).toMatchObject({
      Timeout: 60,
      ...(reserved && { ReservedConcurrentExecutions: reserved['erasure/erase-chunk'] }),
    });
  });

  it('lets those that destroy files delete and list them, and no other task near them', () => {
    for (const folder of ['erasure/erase-chunk', 'erasure/resume']) {
      const { variables, statements } = inFolder(folder)!;
      expect(variables).toHaveProperty('BUCKET_NAME');
      const s3 = statements.filter(({ actions }) => actions.some((action) => action.startsWith('s3:')));
      expect(s3).toEqual([
        { actions: ['s3:DeleteObject'], resources: expect.stringContaining('"/staging/*"') },
        { actions: ['s3:DeleteObject'], resources: expect.stringContaining('"/files/*"') },
        {
          actions: ['s3:ListBucket'],
          resources: expect.stringContaining('FilesBucket'),
          condition: { StringLike: { 's3:prefix': 'files/*' } },
        },
      ]);
    }
    for (const folder of ['erasure/plan', 'erasure/settle', 'erasure/record-failure']) {
      const { variables, statements } = inFolder(folder)!;
      expect(variables).not.toHaveProperty('BUCKET_NAME');
      expect(JSON.stringify(statements)).not.toContain('s3:');
    }
  });

  it('resumes every minute, without a queue of late ones', () => {
    const resume = inFolder('erasure/resume');
    expect(resume?.properties).toMatchObject({ Timeout: 300 });
    expect(Object.keys(resume!.variables)).toEqual(expect.arrayContaining(['TABLE_NAME', 'STATE_MACHINE_ARN']));
    expect(resume?.statements).toContainEqual({
      actions: ['states:StartExecution'],
      resources: expect.stringContaining('StateMachine'),
    });
    const readers = functions.filter(({ statements }) => JSON.stringify(statements).includes('/index/'));
    expect(readers.map(({ folder }) => folder)).toEqual(['erasure/resume']);
    expect(resume?.statements).toContainEqual({
      actions: ['dynamodb:Query'],
      resources: expect.stringContaining('/index/open'),
    });

    const [[, schedule] = []] = resourcesOf(template, 'AWS::Scheduler::Schedule');
    expect(schedule?.Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Target: { Arn: { 'Fn::GetAtt': [resume?.id, 'Arn'] }, Input: '{}', RetryPolicy: { MaximumRetryAttempts: 0 } },
    });
    const [[, invocation] = []] = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig');
    expect(invocation?.Properties).toMatchObject({ MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 });
  });

  describe('what is left of a run that failed', () => {
    let queueId: string;
    let queue: Resource;

    beforeAll(() => {
      [[queueId, queue]] = resourcesOf(template, 'AWS::SQS::Queue') as [[string, Resource]];
    });

    it('waits for a day, encrypted, in a queue that is reached by TLS alone', () => {
      expect(queue.Properties).toEqual({ MessageRetentionPeriod: 86_400, SqsManagedSseEnabled: true });
      const policies = resourcesOf(template, 'AWS::SQS::QueuePolicy');
      const statements = policies.flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement);
      expect(statements).toEqual([
        {
          Action: 'sqs:*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Resource: { 'Fn::GetAtt': [queueId, 'Arn'] },
        },
      ]);
    });

    it('is there wherever something is invoked and not waited for, and is an event without anything in it', () => {
      const arn = { 'Fn::GetAtt': [queueId, 'Arn'] };
      const schedules = resourcesOf(template, 'AWS::Scheduler::Schedule').map(
        ([, { Properties }]) => Properties['Target'],
      );
      expect(schedules).toMatchObject([{ Input: '{}', DeadLetterConfig: { Arn: arn } }]);
      const invoked = functions.filter(({ id }) => schedules.some(({ Arn }) => Arn['Fn::GetAtt'][0] === id));
      expect(invoked.map(({ properties }) => properties['DeadLetterConfig'])).toEqual([{ TargetArn: arn }]);
      // A destination would get the result with its stack as well.
      const configs = resourcesOf(template, 'AWS::Lambda::EventInvokeConfig');
      expect(configs.flatMap(([, { Properties }]) => Object.keys(Properties))).not.toContain('DestinationConfig');
    });

    it('is sent there by the schedule and by the function that it invokes, and by nobody else', () => {
      const senders = resourcesOf(template, 'AWS::IAM::Policy').filter(([, { Properties }]) =>
        JSON.stringify(Properties['PolicyDocument']).includes('"sqs:'),
      );
      expect(
        senders.map(([, { Properties }]) =>
          Properties['PolicyDocument'].Statement.filter(({ Action }: any) => `${Action}`.includes('sqs:')),
        ),
      ).toEqual(
        [0, 1].map(() => [
          { Action: 'sqs:SendMessage', Effect: 'Allow', Resource: { 'Fn::GetAtt': [queueId, 'Arn'] } },
        ]),
      );
    });
  });

  it('leaves the endpoints most of what an account may run at once, and reserves nothing in dev, where it may run ten', () => {
    const reservations = functions.flatMap(({ folder, properties }) => {
      const most: unknown = properties['ReservedConcurrentExecutions'];
      return most === undefined ? [] : [[folder, most] as const];
    });
    expect(Object.fromEntries(reservations)).toEqual(reserved ?? {});
    // What `npm run deploy` compares with the account's quota.
    expect(Object.fromEntries(reservations)).toEqual(reservedConcurrency(deployment.settings));
  });
});
