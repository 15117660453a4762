import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { warningsOf } from '../../infra/check-settings.ts';
import { findStage, stageNames } from '../../infra/environments.ts';
import { runStageScript } from '../support/run-stage-script.ts';

/** Leaves outputs where it is told to, and fails at the command that FAIL_AT names. */
const cdk = `
if (args[0] === process.env.FAIL_AT) process.exit(3);
const outputs = { Data: { TableName: 'T-1', ExportsOutputRefKey: 'x' }, Api: { ApiUrl: 'https://a.example.com' } };
const at = args.indexOf('--outputs-file');
if (at > 0) writeFileSync(args[at + 1], JSON.stringify(outputs));
`;

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'expunge-deploy-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

const run = (script: string, args: string[], env: Record<string, string> = {}) =>
  runStageScript(dir, { script, args, cdk, env });

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
});
