import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { findStage } from '../../infra/environments.ts';
import { deployments } from './deployments.ts';
import { readTemplate, type Resource, resourcesOf, type StackTemplate } from './stack-template.ts';

const root = join(import.meta.dirname, '../..');

/** Every type of resource that is deployed; a new one is asked first what it keeps, and for how long. */
const known = [
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::ApiMapping',
  'AWS::ApiGatewayV2::DomainName',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::DynamoDB::GlobalTable',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::KMS::Key',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::Function',
  'AWS::Lambda::Permission',
  'AWS::Logs::LogGroup',
  'AWS::S3::Bucket',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::Queue',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
  'AWS::Scheduler::ScheduleGroup',
  'AWS::StepFunctions::StateMachine',
];

/** Actions that make a copy, or let somebody read one. */
const copies =
  /^(dynamodb:(\*|.*(Backup|Export|Restore|Stream|Shard|Kinesis|PartiQL|Replica))|backup:|s3:(\*|.*Version|.*Replica)|firehose:|events:|kinesis:)/i;

describe.each(deployments)('nothing in $name keeps what was erased', (deployment) => {
  const { settings } = deployment;
  let templates: StackTemplate[];

  const all = (type: string): Resource[] =>
    templates.flatMap((template) => resourcesOf(template, type)).map(([, resource]) => resource);

  beforeAll(async () => {
    templates = await Promise.all(
      (['Data', 'Erasure', 'Api'] as const).map((stack) => readTemplate(deployment, stack)),
    );
  });

  it('because only these kinds of resources are deployed: no backup plan, vault, stream, export, archive, cache or replica', () => {
    const types = templates.flatMap(({ Resources }) => Object.values(Resources)).map(({ Type }) => Type);
    expect([...new Set(types)].filter((type) => !known.includes(type))).toEqual([]);
  });

  it('because no role may make a copy', () => {
    const actions = [...all('AWS::IAM::Policy'), ...all('AWS::IAM::Role').flatMap(inlinePolicies)]
      .flatMap(({ Properties }) => Properties['PolicyDocument'].Statement)
      .flatMap(({ Action }) => Action as string | string[]);
    expect(actions.length).toBeGreaterThan(50);
    expect(actions.filter((action) => copies.test(action))).toEqual([]);
  });

  it(`because every log ends after ${settings.logRetention} days, and every function writes to one of them`, () => {
    const groups = all('AWS::Logs::LogGroup');
    expect(groups.map(({ Properties }) => Properties['RetentionInDays'])).toEqual(
      groups.map(() => settings.logRetention),
    );
    const ids = templates.flatMap((template) => resourcesOf(template, 'AWS::Logs::LogGroup')).map(([id]) => id);
    const functions = all('AWS::Lambda::Function');
    expect(functions.length).toBeGreaterThan(20);
    for (const { Properties } of functions) expect(ids).toContain(Properties['LoggingConfig'].LogGroup.Ref);
  });

  it('because nothing logs or traces an event, an answer or a payload', () => {
    for (const { Properties } of all('AWS::Lambda::Function')) {
      const names = Object.keys(Properties['Environment'].Variables);
      expect(names.filter((name) => /LOG_EVENT|TRACER|CAPTURE|SAMPLE/.test(name))).toEqual([]);
      expect(Properties['Environment'].Variables.POWERTOOLS_LOG_LEVEL).toBe('INFO');
      // A function in a network could reach a cache there.
      expect(Properties).not.toHaveProperty('VpcConfig');
    }
    for (const { Properties } of all('AWS::StepFunctions::StateMachine'))
      expect(Properties['LoggingConfiguration']?.IncludeExecutionData ?? false).toBe(false);
    for (const { Properties } of all('AWS::ApiGatewayV2::Stage')) {
      const routes = [Properties['DefaultRouteSettings'] ?? {}, ...Object.values(Properties['RouteSettings'] ?? {})];
      for (const route of routes) expect(route).not.toHaveProperty('DataTraceEnabled');
      const logged = String(Properties['AccessLogSettings']?.Format ?? '').match(/\$context\.[\w.]+/g) ?? [];
      expect(logged.filter((name) => /path|query|header|userAgent|message|identity|authorizer/i.test(name))).toEqual(
        [],
      );
    }
  });

  it('because what is invoked without a caller is sent nothing', () => {
    const schedules = all('AWS::Scheduler::Schedule');
    expect(schedules.map(({ Properties }) => Properties['Target'].Input)).toEqual(['{}']);
    expect(all('AWS::Lambda::EventInvokeConfig')).toHaveLength(1);
    for (const { Properties } of all('AWS::SQS::Queue'))
      expect(Properties['MessageRetentionPeriod']).toBeLessThanOrEqual(24 * 60 * 60);
  });
});

const inlinePolicies = ({ Properties }: Resource): Pick<Resource, 'Properties'>[] =>
  (Properties['Policies'] ?? []).map((policy: Resource['Properties']) => ({ Properties: policy }));

it('No write asks for the item that it changed, but for the guard, which holds no content', () => {
  const sources = globSync('{functions,shared}/**/*.ts', { cwd: root });
  expect(sources.length).toBeGreaterThan(100);
  const asking = sources.filter((file) => /ReturnValues|ALL_OLD/.test(readFileSync(join(root, file), 'utf8')));
  expect(asking).toEqual(['shared/conversations/guard.ts']);
});

describe('docs/erasure-horizon.md', () => {
  const page = readFileSync(join(root, 'docs/erasure-horizon.md'), 'utf8');
  const traps = [...page.matchAll(/^\| (\d+) \| (.*) \| (.*) \| (.*) \|$/gm)];

  it('says of each of the 25 traps what became of it, and by which tests, which are there', () => {
    expect(traps.map(([, number]) => Number(number))).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
    for (const [row, , , state = '', seenBy = ''] of traps) {
      expect(state, row).toMatch(/^(closed|open|does not apply yet)/);
      const files = [...seenBy.matchAll(/`(test\/[^`]+)`/g)].map(([, file = '']) => file);
      if (state.startsWith('closed')) expect(files.length, row).toBeGreaterThan(0);
      expect(files.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    }
  });

  it('names the times that are deployed', () => {
    const { prod, staging, dev } = {
      prod: findStage('prod').settings,
      staging: findStage('staging').settings,
      dev: findStage('dev').settings,
    };
    expect(page).toContain(`${prod.recoveryDays} days after the redaction (\`dev\`, \`staging\`: ${dev.recoveryDays})`);
    expect(staging.recoveryDays).toBe(dev.recoveryDays);
    expect(page).toContain(
      `${prod.logRetention} days in \`prod\`, ${staging.logRetention} in \`staging\`, ${dev.logRetention} in \`dev\``,
    );
  });
});
