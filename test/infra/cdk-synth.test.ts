import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };

const root = join(import.meta.dirname, '../..');
const bin = join(root, 'node_modules/.bin');
const app = join(import.meta.dirname, 'apps/checked-stage.ts');

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'expunge-synth-'));
});
afterAll(() => rm(dir, { recursive: true }));

const run = async (command: string, args: string[], env: Record<string, string>) => {
  const child = spawn(command, args, {
    cwd: root,
    // Nothing of this process: where NODE_ENV is "test", CDK throws what it otherwise leaves to the CLI.
    env: { PATH: `${bin}${delimiter}${process.env['PATH']}`, HOME: dir, AWS_EC2_METADATA_DISABLED: 'true', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const closed = once(child, 'close');
  const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr)]);
  const [code] = (await closed) as [number | null];
  return { code, said: out + errors };
};

/** As `npm run deploy` and `npm run synth` do it. */
const throughCli = (env: Record<string, string> = {}) =>
  run(
    join(bin, 'cdk'),
    [
      'synth',
      '--quiet',
      '--no-notices',
      '--no-version-reporting',
      '--app',
      `node ${app}`,
      '--output',
      join(dir, 'cli'),
    ],
    { AWS_REGION: 'eu-west-1', ...env },
  );

/** As the local run does it. */
const withoutCli = (env: Record<string, string> = {}) =>
  run(join(bin, 'node'), [app], {
    CDK_DEFAULT_REGION: 'eu-west-1',
    CDK_OUTDIR: join(dir, 'alone'),
    CDK_CONTEXT_JSON: JSON.stringify(cdkJson.context),
    ...env,
  });

describe.each([
  ['cdk synth', throughCli],
  ['the app without the CLI', withoutCli],
])('%s', (_, synthesize) => {
  it('fails where nothing needs a reason, and names that one alone', { timeout: 300_000 }, async () => {
    const { code, said } = await synthesize({ IDLE_REASON: '1' });
    expect(code).toBe(1);
    expect(said.match(/Nothing is found any more of \S+/g)).toEqual([
      'Nothing is found any more of /^Serverless-SNSRedrivePolicy$/',
    ]);
  });
});
