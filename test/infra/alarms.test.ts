import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { AlarmTopic } from '../../infra/constructs/alarm-topic.ts';
import { deployments } from './deployments.ts';
import { readTemplate, type Resource, resourcesOf, type StackTemplate } from './stack-template.ts';

const runbook = readFileSync(join(import.meta.dirname, '../../docs/runbook.md'), 'utf8');

/** The links of the runbook's headings, as GitHub makes them, with the text below each. */
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [heading = '', ...text] = section.split('\n');
      const link = heading
        .toLowerCase()
        .replaceAll(/[^a-z0-9 -]/g, '')
        .replaceAll(' ', '-');
      return [link, text.join('\n')] as const;
    }),
);

const linkOf = ({ AlarmDescription }: Resource['Properties']) => String(AlarmDescription).split('#')[1] ?? '';

/** What an alarm looks at, and from when on it rings. */
const ruleOf = (properties: Resource['Properties']) => {
  const watched: any[] = properties['Metrics']?.flatMap(({ MetricStat }: any) => MetricStat ?? []) ?? [
    { Metric: properties, Stat: properties['Statistic'], Period: properties['Period'] },
  ];
  return {
    section: linkOf(properties),
    metrics: [...new Set(watched.map(({ Metric, Stat, Period }) => `${Metric.MetricName} ${Stat} ${Period}`))],
    watches: watched.length,
    threshold: properties['Threshold'],
    periods: properties['EvaluationPeriods'],
    silence: properties['TreatMissingData'],
  };
};

describe.each(deployments)('the alarms of $name', (deployment) => {
  let templates: StackTemplate[];
  let alarms: Resource['Properties'][];

  beforeAll(async () => {
    templates = await Promise.all(
      (['Data', 'Erasure', 'Api'] as const).map((stack) => readTemplate(deployment, stack)),
    );
    alarms = templates
      .flatMap((template) => resourcesOf(template, 'AWS::CloudWatch::Alarm'))
      .map(([, { Properties }]) => Properties);
  });

  it('are one for each function that fails, and these', () => {
    const functions = templates.flatMap((template) => resourcesOf(template, 'AWS::Lambda::Function'));
    const ofFunctions = alarms.filter(({ MetricName }) => MetricName === 'Errors');
    expect(ofFunctions).toHaveLength(functions.length);
    const once = { threshold: 1, periods: 1, silence: 'notBreaching' };
    const throttles = { section: 'callers-are-refused', metrics: ['Throttles Sum 300'], ...once, threshold: 10 };
    const ofTable = {
      section: 'a-table-refuses-requests',
      metrics: ['ReadThrottleEvents Sum 300', 'WriteThrottleEvents Sum 300'],
      watches: 2,
      ...once,
      threshold: 300,
      periods: 3,
    };
    expect(alarms.filter((alarm) => !ofFunctions.includes(alarm)).map(ruleOf)).toEqual([
      // Its index `open` has limits of its own.
      { ...ofTable, watches: 4 },
      ofTable,
      {
        section: 'a-large-redaction-was-interrupted',
        metrics: ['ExecutionsFailed Sum 300', 'ExecutionsTimedOut Sum 300', 'ExecutionsAborted Sum 300'],
        watches: 3,
        ...once,
      },
      {
        section: 'redactions-stay-open',
        metrics: ['OldestOpenRedactionAge Maximum 300'],
        watches: 1,
        threshold: 900,
        periods: 2,
        // Nothing heard of it means that erasure/resume does not run.
        silence: 'breaching',
      },
      {
        section: 'the-dead-letter-queue-is-not-empty',
        metrics: ['ApproximateNumberOfMessagesVisible Maximum 300'],
        watches: 1,
        ...once,
        threshold: 10,
      },
      {
        section: 'the-schedule-does-not-run',
        metrics: ['InvocationDroppedCount Sum 300'],
        watches: 1,
        ...once,
        threshold: 3,
      },
      { section: 'callers-get-our-own-errors', metrics: ['5xx Sum 300'], watches: 1, ...once },
      { ...throttles, watches: 10 },
      { ...throttles, watches: 10 },
    ]);
  });

  it('say who suffers, and lead to a heading of the runbook that says what to do', () => {
    const texts = alarms.map(({ AlarmDescription }) => String(AlarmDescription));
    expect(texts.filter((text) => !/^[a-z]{0,8}[A-Z/].{30,}\. → docs\/runbook\.md#[a-z-]+$/.test(text))).toEqual([]);
    const lost = alarms.map(linkOf).filter((link) => !sections.get(link)?.includes('**Do'));
    expect(lost).toEqual([]);
  });

  it('are there for every heading that says who suffers', () => {
    const promised = [...sections].filter(([, text]) => text.includes('**Who suffers:**')).map(([link]) => link);
    expect(promised.length).toBeGreaterThan(6);
    expect(new Set(alarms.map(linkOf))).toEqual(new Set(promised));
  });

  it('tell the topic of the environment when they begin and when they end', () => {
    const told = alarms.map(({ AlarmActions, OKActions }) => JSON.stringify([AlarmActions, OKActions]));
    const topic = /^\[\[(\{[^[\]]*AlarmsTopic\w+"\})\],\[\1\]\]$/;
    expect(told.filter((actions) => !topic.test(actions))).toEqual([]);
  });
});

describe('the topic of the alarms', () => {
  const template = () => {
    const stack = new Stack(new App(), 'Stack');
    const { topic } = new AlarmTopic(stack, 'Alarms', { emails: ['oncall@example.com', 'privacy@example.com'] });
    return Template.fromStack(Stack.of(topic));
  };

  it('tells each address by e-mail', () => {
    const subscriptions = Object.values(template().findResources('AWS::SNS::Subscription'));
    expect(subscriptions.map(({ Properties }) => [Properties.Protocol, Properties.Endpoint])).toEqual([
      ['email', 'oncall@example.com'],
      ['email', 'privacy@example.com'],
    ]);
  });

  it('is encrypted under a key of its own, takes messages of CloudWatch and none in the clear', () => {
    const found = template();
    const cloudWatch = { Service: 'cloudwatch.amazonaws.com' };
    const ofAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    const propertiesOf = (type: string) => Object.values(found.findResources(type)).map(({ Properties }) => Properties);
    const [[keyId] = []] = Object.entries(found.findResources('AWS::KMS::Key'));
    expect(propertiesOf('AWS::SNS::Topic')).toEqual([{ KmsMasterKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] } }]);
    expect(propertiesOf('AWS::SNS::TopicPolicy')).toMatchObject([
      {
        PolicyDocument: {
          Statement: [
            { Effect: 'Deny', Action: 'sns:Publish', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
            { Effect: 'Allow', Action: 'sns:Publish', Principal: cloudWatch, Condition: ofAccount },
          ],
        },
      },
    ]);
    expect(propertiesOf('AWS::KMS::Key')).toMatchObject([
      {
        EnableKeyRotation: true,
        KeyPolicy: {
          Statement: [
            { Action: 'kms:*' },
            {
              Effect: 'Allow',
              Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
              Principal: cloudWatch,
              Condition: ofAccount,
            },
          ],
        },
      },
    ]);
  });
});
