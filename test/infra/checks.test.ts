import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { App, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addChecks } from '../../infra/acknowledged-findings.ts';
import { stageNames } from '../../infra/environments.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

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
  it.each(stageNames)('find nothing in %s that has no reason, and need every reason', async (stage) => {
    const outDir = join(dir, stage);
    const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: object };
    await run(process.execPath, [join(root, 'infra/app.ts')], {
      env: {
        ...process.env,
        CDK_OUTDIR: outDir,
        CDK_CONTEXT_JSON: JSON.stringify({ ...context, env: stage, 'aws:cdk:bundling-stacks': [] }),
        CDK_DEFAULT_ACCOUNT: '123456789012',
        CDK_DEFAULT_REGION: 'us-east-1',
      },
    });
    expect(readReport(outDir).pluginReports).toEqual([]);
  });

  it('end a synthesis with a finding, and with a reason that nothing needs', () => {
    const outdir = join(dir, 'findings');
    const app = new App({ outdir });
    const stack = new Stack(app, 'Stack');
    expect([new Bucket(stack, 'Bucket'), new Queue(stack, 'Queue')]).toHaveLength(2);
    addChecks(app, [new AwsSolutionsChecks(app), new ServerlessChecks(app)]);
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
});
