import { S3Client } from '@aws-sdk/client-s3';
import { Command } from 'commander';
import { emptyBucket, stageBuckets, stopAccessLog } from './destroy/buckets.ts';
import { confirm, runCdk, stageOption, tryCdk, yesOption } from './run-cdk.ts';

/** Takes a development stage away, with all that is in it. */

const program = new Command('destroy')
  .description('Destroys the stage dev: its tables, its files and its functions')
  .addOption(stageOption)
  .addOption(yesOption)
  .parse();
const { env: stage, yes } = program.opts<{ env: string; yes?: true }>();
if (stage !== 'dev') program.error(`Only dev is destroyed by a script; ${stage} has what people rely on`);

const s3 = new S3Client({});

const emptyBuckets = async () => {
  const standing = await stageBuckets(s3, stage);
  // Deleting is logged as well.
  for (const bucket of standing) await stopAccessLog(s3, bucket);
  for (const bucket of standing) console.log(`${bucket}: ${await emptyBucket(s3, bucket)} objects deleted`);
};

/**
 * CloudFormation deletes no bucket that has something in it, and S3 may deliver an access log at any moment: three attempts.
 * Gives the exit code of the last.
 */
const destroyData = async (attempt = 1): Promise<number> => {
  await emptyBuckets();
  const code = await tryCdk('destroy', `Expunge-${stage}-Data`, '--exclusively', '-c', `env=${stage}`, '--force');
  return code === 0 || attempt === 3 ? code : destroyData(attempt + 1);
};

const buckets = await stageBuckets(s3, stage);
console.log(`All of ${stage} goes: its stacks, and what is in these buckets:\n  ${buckets.join('\n  ') || 'none'}`);
if (await confirm(`Destroy ${stage}?`, yes)) {
  // What runs goes first, so that nothing is uploaded any more.
  await runCdk('destroy', `Expunge-${stage}-Api`, `Expunge-${stage}-Erasure`, '-c', `env=${stage}`, '--force');
  process.exitCode = await destroyData();
  if (process.exitCode === 0)
    console.log(
      'DynamoDB keeps a last backup of the conversations for 35 days, which nobody can delete earlier: what the table held can ' +
        'be restored until then, or until its key is gone, 30 days from now.',
    );
  else
    console.error(
      `Expunge-${stage}-Data is still there. If a bucket was not empty, S3 has delivered access logs meanwhile, as it does for ` +
        'some hours: run this again later.',
    );
} else {
  console.error('Nothing was destroyed');
  process.exitCode = 1;
}
