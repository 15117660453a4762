import {
  DeleteObjectsCommand,
  paginateListBuckets,
  paginateListObjectsV2,
  PutBucketLoggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';

/** The buckets of a stage, files and access logs: CloudFormation begins their names with the stack's and the construct's. */
export const stageBuckets = async (client: S3Client, stage: string): Promise<string[]> => {
  const prefix = `expunge-${stage}-data-files`;
  // The account may have the same stage in another region.
  const BucketRegion = await client.config.region();
  const names: string[] = [];
  for await (const { Buckets = [] } of paginateListBuckets({ client }, { Prefix: prefix, BucketRegion }))
    names.push(...Buckets.flatMap(({ Name }) => Name ?? []));
  return names.filter((name) => name.startsWith(prefix));
};

/** Ends the access log of a bucket. S3 still delivers, for some hours, what it has already noted. */
export const stopAccessLog = async (client: S3Client, bucket: string): Promise<void> => {
  await client.send(new PutBucketLoggingCommand({ Bucket: bucket, BucketLoggingStatus: {} }));
};

/** Deletes all objects of a bucket without versions; gives how many there were. Throws if one can't be deleted. */
export const emptyBucket = async (client: S3Client, bucket: string): Promise<number> => {
  let deleted = 0;
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket })) {
    if (Contents.length === 0) continue;
    const Objects = Contents.map(({ Key }) => ({ Key }));
    const { Errors = [] } = await client.send(
      new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }),
    );
    if (Errors.length > 0) throw new Error(`${bucket}: ${Errors.length} objects were not deleted (${Errors[0]?.Code})`);
    deleted += Objects.length;
  }
  return deleted;
};
