/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { addChecks } from '../../infra/acknowledged-findings.ts';
import { addStage, appContext } from '../../infra/add-stage.ts';
import { AlarmTopic } from '../../infra/constructs/alarm-topic.ts';
import { findStage, type StageSettings } from '../../infra/environments.ts';
import { deployments, region } from './deployments.ts';

const appIn = (outdir: string) =>
  new App({ outdir, context: { ...cdkJson.context, ...appContext, 'aws:cdk:bundling-stacks': [] } });

type Report = { pluginReports: { pluginName: string; violations: { ruleName: string }[] }[] };

const readReport = (dir: string): Report =>
  JSON.parse(readFileSync(join(dir, 'validation-report.json'), 'utf8')) as Report;

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'expunge-checks-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

describe("cdk-nag's packs, AwsSolutions and Serverless", () => {
  // With an account's number in place of a token, as at a deployment, findings have other names.
  it.each(
    deployments.flatMap((deployment) => [undefined, '123456789012'].map((account) => ({ ...deployment, account }))),
  )(
    'find nothing in $name (account $account) that has no reason, and need every reason',
    ({ stage, settings, account }) => {
      const outdir = mkdtempSync(join(dir, stage));
      const app = appIn(outdir);
      addStage(app, { stage, settings, env: { region, ...(account !== undefined && { account }) } });
      app.synth();
      expect(readReport(outdir).pluginReports).toEqual([]);
    },
  );

  it('are not blind to a reason for a setting: without it the finding is one, and a setting that is off needs none', () => {
    const { settings } = findStage('dev');
    const checked = (seen: StageSettings) => {
      const outdir = mkdtempSync(join(dir, 'blind-'));
      const app = new App({ outdir });
      const stack = new Stack(app, 'Stack');
      new AlarmTopic(stack, 'Alarms', { emails: ['oncall@example.com'] });
      addChecks(app, seen, [new ServerlessChecks(app)]);
      try {
        app.synth();
      } catch {
        // Findings end it; the report has them either way.
      }
      return JSON.stringify(readReport(outdir));
    };
    expect(checked(settings)).toContain('"Serverless-SNSRedrivePolicy"');
    expect(checked({ ...settings, alarmEmails: ['oncall@example.com'] })).not.toContain('SNSRedrivePolicy');
    expect(checked(settings)).not.toContain('Nothing is found any more of /^Serverless-SNSRedrivePolicy');
  });

  it('end a synthesis with a finding, and name reasons that nothing needs beside it', () => {
    const outdir = join(dir, 'findings');
    const app = new App({ outdir });
    const stack = new Stack(app, 'Stack');
    expect([new Bucket(stack, 'Bucket'), new Queue(stack, 'Queue')]).toHaveLength(2);
    addChecks(app, findStage('dev').settings, [new AwsSolutionsChecks(app), new ServerlessChecks(app)]);
    expect(() => app.synth()).toThrow('AwsSolutions::AwsSolutions-S1');
    const rules = readReport(outdir).pluginReports.map(
      ({ pluginName, violations }) => [pluginName, violations.map(({ ruleName }) => ruleName)] as const,
    );
    expect(Object.fromEntries(rules)).toMatchObject({
      AwsSolutions: expect.arrayContaining(['AwsSolutions-S1', 'AwsSolutions-SQS3']),
      Serverless: ['Serverless-SQSRedrivePolicy'],
      Acknowledgements: expect.arrayContaining(['IdleAcknowledgement']),
    });
  });

  it('end a synthesis with nothing but reasons that nothing needs', () => {
    const app = new App({ outdir: join(dir, 'idle') });
    new Stack(app, 'Stack');
    addChecks(app, findStage('dev').settings, [new ServerlessChecks(app)]);
    expect(() => app.synth()).toThrow('Nothing is found any more of /^Serverless-SQSRedrivePolicy$/');
  });
});
