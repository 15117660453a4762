import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { warningsOf } from '../../infra/check-settings.ts';
import { findStage, stageNames } from '../../infra/environments.ts';
import { startLambdaAccount } from '../support/lambda-account.ts';
import { runStageScript } from '../support/run-stage-script.ts';

/** Leaves outputs where it is told to, and fails at the command that FAIL_AT names. */
const cdk = `
if (args[0] === process.env.FAIL_AT) process.exit(3);
const outputs = { Data: { TableName: 'T-1', ExportsOutputRefKey: 'x' }, Api: { ApiUrl: 'https://a.example.com' } };
const at = args.indexOf('--outputs-file');
if (at > 0) writeFileSync(args[at + 1], JSON.stringify(outputs));
`;

let dir: string;
let lambda: Awaited<ReturnType<typeof startLambdaAccount>>;

beforeAll(async () => {
  lambda = await startLambdaAccount();
});
afterAll(() => lambda.stop());
beforeEach(async () => {
  lambda.answer({ quota: 1_000 });
  dir = await mkdtemp(join(tmpdir(), 'expunge-deploy-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const credentials = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };
/** No profile, and no machine that has a role: what is not here is nowhere. */
const nowhere = () => ({ HOME: dir, AWS_EC2_METADATA_DISABLED: 'true' });
const account = () => ({
  ...nowhere(),
  ...credentials,
  AWS_REGION: 'eu-west-1',
  AWS_ENDPOINT_URL_LAMBDA: lambda.endpoint,
});

const run = (script: string, args: string[], env: Record<string, string> = {}) =>
  runStageScript(dir, { script, args, cdk, env: { ...account(), ...env } });

const synth = (stage: string) => `synth --quiet -c env=${stage} --output cdk.out/${stage}`;
const diff = (stage: string) => `diff --app cdk.out/${stage}`;
const deploy = (stage: string) =>
  `deploy --app cdk.out/${stage} --all --require-approval never --outputs-file cdk.out/${stage}-outputs.json`;

describe('npm run deploy', () => {
  it.each(['dev', 'staging', 'prod'])(
    'shows what would change in %s, deploys that, and names what came of it',
    async (stage) => {
      const { code, out, calls } = await run('deploy.ts', ['--env', stage, '--yes']);
      expect([code, calls]).toEqual([0, [synth(stage), diff(stage), deploy(stage)]]);
      expect(out).toContain('TableName            T-1\nApiUrl               https://a.example.com\n');
      expect(out).not.toContain('ExportsOutput');
    },
  );

  it('changes nothing unless somebody says so', async () => {
    const { code, errors, calls } = await run('deploy.ts', ['--env', 'prod']);
    expect([code, calls]).toEqual([1, [synth('prod'), diff('prod')]]);
    expect(errors).toContain('There is no terminal to ask in: say --yes\nNothing was deployed\n');
  });

  it.each(stageNames)('warns, before it asks, if the alarms of %s reach nobody', async (stage) => {
    const { errors } = await run('deploy.ts', ['--env', stage]);
    const warnings = warningsOf(stage, findStage(stage).settings).map((line) => `${line}\n`);
    expect(errors.split('There is no terminal')[0]).toBe(warnings.join(''));
  });

  it.each([
    ['synth', 1],
    ['diff', 2],
    ['deploy', 3],
  ])('ends where %s fails, with its exit code', async (FAIL_AT, calls) => {
    const ended = await run('deploy.ts', ['--env', 'dev', '--yes'], { FAIL_AT });
    expect([ended.code, ended.calls.length]).toEqual([3, calls]);
  });

  it.each([
    ['no stage', [], "required option '--env <stage>' not specified"],
    ['a stage that is none', ['--env', 'qa'], 'Allowed choices are dev, staging, prod'],
  ])('refuses %s', async (_, args, message) => {
    const { code, errors, calls } = await run('deploy.ts', args);
    expect([code, calls]).toEqual([1, []]);
    expect(errors).toContain(message);
  });

  describe('asks Lambda first', () => {
    it.each(['staging', 'prod'])('and ends where the quota of a new account does not do for %s', async (stage) => {
      lambda.answer({ quota: 10 });
      const { code, out, errors, calls } = await run('deploy.ts', ['--env', stage, '--yes']);
      expect([code, out, calls]).toEqual([1, '', []]);
      expect(errors).toBe(
        `The account's quota "Concurrent executions" (L-B99A9384 of lambda) is 10 in eu-west-1; ${stage} needs 133: ` +
          'it reserves 33, and Lambda keeps 100 for functions that reserve none. Ask for more:\n' +
          '  aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value 1000 --region eu-west-1\n',
      );
      expect(existsSync(join(dir, 'cdk.out'))).toBe(false);
    });

    it('and deploys dev to a new account', async () => {
      lambda.answer({ quota: 10 });
      const before = lambda.calls.length;
      const { code, calls } = await run('deploy.ts', ['--env', 'dev', '--yes']);
      expect([code, calls.length]).toEqual([0, 3]);
      expect(lambda.calls.slice(before)).toEqual(['GET /2016-08-19/account-settings']);
    });

    it('and warns where the reservations may be its own', async () => {
      lambda.answer({ quota: 140, unreserved: 107 });
      const { code, errors, calls } = await run('deploy.ts', ['--env', 'prod', '--yes']);
      expect([code, calls.length]).toEqual([0, 3]);
      expect(errors).toContain('Warning: functions reserve all but 107 of the account');
    });

    it.each([
      ['may not ask', { status: 403, error: 'AccessDeniedException' }, 'AccessDeniedException'],
      ['gets no answer', { status: 500, error: 'ServiceException' }, 'ServiceException'],
    ])('and says in one line that it %s, and continues', async (_, answer, name) => {
      lambda.answer(answer);
      const { code, errors, calls } = await run('deploy.ts', ['--env', 'prod', '--yes']);
      expect([code, calls.length]).toEqual([0, 3]);
      expect(errors.split('\n')[0]).toBe(
        `Warning: Lambda did not tell the account's quota (${name}; it takes lambda:GetAccountSettings), so it was not checked`,
      );
    });

    it('and says that credentials have expired', async () => {
      lambda.answer({ status: 403, error: 'ExpiredTokenException' });
      const { code, errors, calls } = await run('deploy.ts', ['--env', 'dev', '--yes']);
      expect([code, calls]).toEqual([1, []]);
      expect(errors).toBe(
        'There are no valid AWS credentials (ExpiredTokenException): set AWS_PROFILE, or log in again\n',
      );
    });

    it.each([
      ['credentials', { AWS_REGION: 'eu-west-1' }, 'There are no valid AWS credentials (CredentialsProviderError): '],
      ['a region', credentials, 'There is no AWS region: set AWS_REGION'],
    ])('and ends without %s, in one line', async (_, env, line) => {
      const ended = await runStageScript(dir, {
        script: 'deploy.ts',
        args: ['--env', 'dev', '--yes'],
        cdk,
        env: { ...nowhere(), ...env },
      });
      expect([ended.code, ended.calls]).toEqual([1, []]);
      expect(ended.errors).toMatch(/^[^\n]+\n$/);
      expect(ended.errors).toContain(line);
    });
  });
});
