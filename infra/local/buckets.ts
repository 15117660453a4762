import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { localAws } from './local-aws.ts';
import type { Assembly } from './template.ts';

/**
 * Creates the template's buckets, each name followed by the suffix; those that are there stay. Lifecycle, encryption and
 * access logs are left out: the emulator has none of them.
 */
export const createBuckets = async (assembly: Assembly, endpoint: string, suffix = ''): Promise<void> => {
  const { region, credentials } = localAws;
  const client = new S3Client({ endpoint, region, credentials });
  try {
    for (const { name } of assembly.resources('AWS::S3::Bucket')) {
      try {
        await client.send(new CreateBucketCommand({ Bucket: name + suffix }));
      } catch (error) {
        if (!(error instanceof BucketAlreadyOwnedByYou)) throw error;
      }
    }
  } finally {
    client.destroy();
  }
};
