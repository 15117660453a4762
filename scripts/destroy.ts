import { S3Client } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { emptyBucket, stageBuckets } from './destroy/buckets.ts';
import { confirm, runCdk, stageOption, yesOption } from './run-cdk.ts';

/** Takes a development stage away, with all that is in it. */

const program = new Command('destroy')
  .description('Destroys the stage dev: its tables, its files and its functions')
  .addOption(stageOption)
  .addOption(yesOption)
  .parse();
const { env: stage, yes } = program.opts<{ env: string; yes?: true }>();
if (stage !== 'dev') program.error(`Only dev is destroyed by a script; ${stage} has what people rely on`);

const s3 = new S3Client({});
const buckets = await stageBuckets(s3, stage);
console.log(`All of ${stage} goes: its stacks, and what is in these buckets:\n  ${buckets.join('\n  ') || 'none'}`);
if (await confirm(`Destroy ${stage}?`, yes)) {
  // CloudFormation deletes no bucket that has something in it.
  for (const bucket of buckets) console.log(`${bucket}: ${await emptyBucket(s3, bucket)} objects deleted`);
  await runCdk('destroy', '--all', '-c', `env=${stage}`, '--force');
  console.log(
    'DynamoDB keeps a last backup of the conversations for 35 days, which nobody can delete earlier: what the table held can ' +
      'be restored until then, or until its key is gone, 30 days from now.',
  );
} else {
  console.error('Nothing was destroyed');
  process.exitCode = 1;
}
