import { sendAll } from '../conversations/batch.ts';
import type { Run } from '../conversations/cell.ts';
import { logger } from '../logger.ts';
import { bucketOf, objectKey, sequenceOfFile } from '../table.ts';
import type { BucketCalls } from './bucket-calls.ts';

/** S3's own limit. */
const deletesPerRequest = 1_000;
/** A prefix takes 3,500 deletes a second, and each key of a request is one. */
const deletesInFlight = 3;

/** The files that stand in the bucket, for those who destroy them: neither reads nor writes any. */
export const storedFiles = (bucket: BucketCalls) => ({
  /** Deletes them, a thousand a request, and again those that S3 could not delete. Throws Unavailable if some are left. */
  erase: (keys: string[]): Promise<void> =>
    sendAll(
      keys,
      deletesPerRequest,
      async (slice) => {
        const errors = await bucket.delete(slice);
        if (errors.length > 0)
          logger.warn('files not deleted yet', {
            files: errors.length,
            errors: [...new Set(errors.map(({ Code }) => Code))],
          });
        return errors.flatMap(({ Key }) => Key ?? []);
      },
      deletesInFlight,
    ),

  /** The keys of the files that stand under the run, which lies within one bucket of sequences. */
  list: async (tenantId: string, conversationId: string, { from, through }: Run): Promise<string[]> => {
    const prefix =
      from === through
        ? objectKey.inPart(tenantId, conversationId, from)
        : objectKey.inBucket(tenantId, conversationId, bucketOf(from));
    const after = objectKey.inPart(tenantId, conversationId, from);
    const keys: string[] = [];
    for await (const page of bucket.list(prefix, after)) {
      keys.push(...page.filter((key) => sequenceOfFile(key) <= through));
      // Keys are in order, and those behind the run belong to somebody else.
      if (page.some((key) => sequenceOfFile(key) > through)) break;
    }
    return keys;
  },
});

export type StoredFiles = ReturnType<typeof storedFiles>;
