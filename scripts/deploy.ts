import { mkdirSync, readFileSync } from 'node:fs';
import { Command } from 'commander';
import * as z from 'zod';
import { warningsOf } from '../infra/check-settings.ts';
import { findStage, type StageName } from '../infra/environments.ts';
import { passesPreflight } from './deploy/preflight.ts';
import { confirm, runCdk, stageOption, yesOption } from './run-cdk.ts';

/** Shows what would change in a stage and, once that is confirmed, deploys exactly that. */

const { env: stage, yes } = new Command('deploy')
  .description('Deploys a stage into the account and region of your AWS profile')
  .addOption(stageOption)
  .addOption(yesOption)
  .parse()
  .opts<{ env: StageName; yes?: true }>();

const assembly = `cdk.out/${stage}`;
const outputsFile = `cdk.out/${stage}-outputs.json`;
const { settings } = findStage(stage);
// Before anything is synthesized: CloudFormation would find it out half-way, and roll back.
if (!(await passesPreflight(stage, settings))) process.exit(1);

mkdirSync('cdk.out', { recursive: true });

await runCdk('synth', '--quiet', '-c', `env=${stage}`, '--output', assembly);
// Both read what was synthesized once, so that what is shown is what is deployed.
await runCdk('diff', '--app', assembly);
for (const warning of warningsOf(stage, settings)) console.error(warning);
if (await confirm(`Deploy this to ${stage}?`, yes)) {
  // The terminal was the approval.
  await runCdk('deploy', '--app', assembly, '--all', '--require-approval', 'never', '--outputs-file', outputsFile);
  const outputs = z
    .record(z.string(), z.record(z.string(), z.string()))
    .parse(JSON.parse(readFileSync(outputsFile, 'utf8')));
  // Exports between stacks are outputs as well, of names that CDK made.
  const named = Object.values(outputs)
    .flatMap(Object.entries<string>)
    .filter(([name]) => !name.startsWith('ExportsOutput'));
  console.log(`\n${named.map(([name, value]) => `${name.padEnd(21)}${value}`).join('\n')}\n\nAlso in ${outputsFile}`);
} else {
  console.error('Nothing was deployed');
  process.exitCode = 1;
}
