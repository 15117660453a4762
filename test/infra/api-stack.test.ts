import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stageNames } from '../../infra/environments.ts';
import { type DeployedFunction, deployedFunctions } from './deployed-functions.ts';
import { readTemplate, resourcesOf, type StackTemplate } from './stack-template.ts';

const functionsDir = join(import.meta.dirname, '../../functions');
const logDays = { dev: 7, staging: 30, prod: 90 };

const writes = /^dynamodb:(\*|Put|Update|Delete|BatchWrite|Create|Restore|PartiQL)/;

const tableOf = (resources: string) => (resources.includes('Idempotency') ? 'idempotency' : 'conversations');

const access = ({ folder, statements, variables }: DeployedFunction) => ({
  folder,
  writes: statements
    .filter(({ actions }) => actions.some((action) => writes.test(action)))
    .map(({ resources }) => tableOf(resources)),
  tables: Object.keys(variables).filter((name) => name.endsWith('TABLE_NAME')),
});

describe.each(stageNames)('the API of %s', (stage) => {
  let template: StackTemplate;
  let functions: DeployedFunction[];

  const behind = (methods: RegExp) => functions.filter(({ routeKeys }) => routeKeys.some((key) => methods.test(key)));
  const inFolder = (folder: string) => functions.filter((candidate) => candidate.folder === folder);

  beforeAll(async () => {
    template = await readTemplate(stage, 'Api');
    functions = deployedFunctions(template);
  });

  it('runs only functions whose folder has a handler', () => {
    expect(functions.length).toBeGreaterThan(12);
    const missing = functions.filter(({ folder }) => !existsSync(join(functionsDir, folder, 'handler.ts')));
    expect(missing.map(({ folder }) => folder)).toEqual([]);
  });

  it('leads every route to a function of its own, which answers its other spellings too', () => {
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route');
    expect(functions.flatMap(({ routeKeys }) => routeKeys)).toHaveLength(routes.length);
    const shared = functions.filter(({ routeKeys }) => routeKeys.length > 1);
    expect(shared.map(({ routeKeys }) => new Set(routeKeys.map((key) => key.replace(/\.json$/, ''))).size)).toEqual(
      shared.map(() => 1),
    );
  });

  it('tells the function behind $default every other route', () => {
    const [fallback] = behind(/^\$default$/);
    const known = JSON.parse(String(fallback?.variables['ROUTES'])) as string[];
    expect(known.toSorted()).toEqual(
      behind(/^[A-Z]+ \//)
        .flatMap(({ routeKeys }) => routeKeys)
        .toSorted(),
    );
  });

  it('lets a function that answers GET read conversations and write nothing', () => {
    const readers = behind(/^GET /).map(access);
    expect(readers.length).toBeGreaterThan(4);
    expect(readers).toEqual(readers.map(({ folder }) => ({ folder, writes: [], tables: ['TABLE_NAME'] })));
  });

  it('lets the others write conversations and idempotency records', () => {
    const writers = behind(/^(POST|PUT) /).map(access);
    expect(writers.length).toBeGreaterThan(5);
    expect(writers).toEqual(
      writers.map(({ folder }) => ({
        folder,
        writes: ['conversations', 'idempotency'],
        tables: ['TABLE_NAME', 'IDEMPOTENCY_TABLE_NAME'],
      })),
    );
  });

  it('gives the function behind $default nothing', () => {
    expect(behind(/^\$default$/)).toMatchObject([{ folder: 'expunge/unknown-route', statements: [] }]);
  });

  it('lets no function reach beyond the tables and their key', () => {
    const statements = functions.flatMap((deployed) => deployed.statements);
    const imported = /^.{0,2}"Fn::ImportValue":"Expunge-\w+-Data:ExportsOutputFnGetAtt(Key|Conversations|Idempotency)/;
    expect(statements.filter(({ resources }) => !imported.test(resources))).toEqual([]);
    const actions = new Set(statements.flatMap((statement) => statement.actions));
    expect([...actions].filter((action) => !/^(dynamodb|kms):[A-Z]/.test(action))).toEqual([]);
  });

  it('resumes every minute, one run at a time and without a queue of late ones', () => {
    const [resume] = inFolder('erasure/resume');
    expect(resume?.properties).toMatchObject({ Timeout: 300, ReservedConcurrentExecutions: 1 });
    expect(resume && access(resume)).toMatchObject({ writes: ['conversations'], tables: ['TABLE_NAME'] });
    expect(resume?.statements).toContainEqual({
      actions: expect.arrayContaining(['dynamodb:Query']),
      resources: expect.stringContaining('/index/*'),
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

  it('runs on Node 24 and arm64, and gives up before the API does', () => {
    const settings = functions.map(({ folder, routeKeys, properties }) => ({
      folder,
      runtime: properties['Runtime'],
      architectures: properties['Architectures'],
      timely: routeKeys.length === 0 || properties['Timeout'] === 29,
    }));
    expect(settings).toEqual(
      settings.map(({ folder }) => ({ folder, runtime: 'nodejs24.x', architectures: ['arm64'], timely: true })),
    );
  });

  it('gives every function a log group of its own that expires', () => {
    const groups = Object.fromEntries(resourcesOf(template, 'AWS::Logs::LogGroup'));
    expect(Object.keys(groups)).toHaveLength(functions.length);
    const used = functions.map(({ folder, properties }) => {
      const group = groups[properties['LoggingConfig'].LogGroup.Ref];
      return { folder, days: group?.Properties['RetentionInDays'], policy: group?.DeletionPolicy };
    });
    const policy = stage === 'prod' ? 'Retain' : 'Delete';
    expect(used).toEqual(used.map(({ folder }) => ({ folder, days: logDays[stage], policy })));
  });

  it('has an alarm for every function that says who suffers', () => {
    const alarms = resourcesOf(template, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => ({
      functionId: Properties['Dimensions'][0].Value.Ref,
      metric: `${Properties['Namespace']} ${Properties['MetricName']}`,
      threshold: Properties['Threshold'],
      text: Properties['AlarmDescription'],
    }));
    const expected = functions.map(({ id }) => ({
      functionId: id,
      metric: 'AWS/Lambda Errors',
      threshold: 1,
      text: expect.stringMatching(/^[A-Z].{40,}\.$/),
    }));
    expect(alarms).toHaveLength(functions.length);
    expect(alarms).toEqual(expect.arrayContaining(expected));
    expect(new Set(alarms.map(({ text }) => text)).size).toBe(alarms.length);
  });

  it('writes no request to an access log or a trace', () => {
    const stages = resourcesOf(template, 'AWS::ApiGatewayV2::Stage').map(([, { Properties }]) => Properties);
    expect(stages).toHaveLength(1);
    for (const properties of stages) {
      expect(properties).not.toHaveProperty('AccessLogSettings');
      expect(properties['DefaultRouteSettings']?.DataTraceEnabled ?? false).toBe(false);
    }
    expect(functions.filter(({ properties }) => 'TracingConfig' in properties)).toEqual([]);
  });
});
