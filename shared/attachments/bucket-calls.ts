import { DeleteObjectsCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/**
 * What is asked of the bucket to destroy files. It imports nothing of ours: some bundles hold it in a file of its own
 * (infra/bundles), where a second logger would know nothing of the first one's context.
 */
export const bucketCalls = (client: S3Client, Bucket: string) => ({
  /** Deletes at most a thousand objects; gives back those that S3 could not delete, and why. */
  delete: async (keys: string[]): Promise<{ Key?: string | undefined; Code?: string | undefined }[]> => {
    const Objects = keys.map((Key) => ({ Key }));
    const { Errors = [] } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
    return Errors;
  },

  /** The keys with that prefix behind that one, in order, a page at a time. */
  list: async function* (Prefix: string, StartAfter: string): AsyncGenerator<string[]> {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix, StartAfter }))
      yield Contents.flatMap(({ Key }) => Key ?? []);
  },
});

export type BucketCalls = ReturnType<typeof bucketCalls>;
