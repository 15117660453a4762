import {
  CopyObjectCommand,
  DeleteObjectsCommand,
  DeleteObjectTaggingCommand,
  GetObjectCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3ServiceException,
  type S3Client,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { sendAll } from '../conversations/batch.ts';
import type { Run } from '../conversations/cell.ts';
import { logger } from '../logger.ts';
import { bucketOf, objectKey, sequenceOfFile, unplaced } from '../table.ts';

/** An upload may begin this long after its link was given out, in seconds. */
export const uploadLifetime = 15 * 60;
/** A link to a file works this long, in seconds: an answer can be read and its files opened. */
export const linkLifetime = 60 * 60;

/** S3's own limit. */
const deletesPerRequest = 1_000;
/** A prefix takes 3,500 deletes a second, and each key of a request is one. */
const deletesInFlight = 3;

const isMissing = (error: unknown) =>
  error instanceof S3ServiceException && (error.name === 'NotFound' || error.name === 'NoSuchKey');

/** True if the object was there, false if S3 says that it is not. */
const found = async (request: Promise<unknown>): Promise<boolean> => {
  try {
    await request;
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

interface StagedFile {
  contentType: string;
  body: Buffer;
}

/** The objects of attachments: uploads in staging, and files under the part that names them. */
export const attachmentStore = (client: S3Client, bucketName: string) => {
  const Bucket = bucketName;
  const has = (Key: string) => found(client.send(new HeadObjectCommand({ Bucket, Key })));

  /** Deletes them, a thousand a request, and again those that S3 could not delete. Throws Unavailable if some are left. */
  const erase = (keys: string[]): Promise<void> =>
    sendAll(
      keys,
      deletesPerRequest,
      async (slice) => {
        const Objects = slice.map((Key) => ({ Key }));
        const { Errors = [] } = await client.send(
          new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }),
        );
        if (Errors.length > 0)
          logger.warn('files not deleted yet', {
            files: Errors.length,
            errors: [...new Set(Errors.map(({ Code }) => Code))],
          });
        return Errors.flatMap(({ Key }) => Key ?? []);
      },
      deletesInFlight,
    );

  return {
    /** A link that takes one upload of exactly that type and length. */
    signUpload: (tenantId: string, attachmentId: string, contentType: string, bytes: number): Promise<string> =>
      getSignedUrl(
        client,
        new PutObjectCommand({
          Bucket,
          Key: objectKey.staged(tenantId, attachmentId),
          ContentType: contentType,
          ContentLength: bytes,
        }),
        // Without their names the type would not be signed, and any would be taken.
        { expiresIn: uploadLifetime, signableHeaders: new Set(['host', 'content-type', 'content-length']) },
      ),

    /** Puts a file where an upload would be; again, if it is there. */
    stage: async (tenantId: string, attachmentId: string, { contentType, body }: StagedFile): Promise<void> => {
      const Key = objectKey.staged(tenantId, attachmentId);
      await client.send(new PutObjectCommand({ Bucket, Key, ContentType: contentType, Body: body }));
    },

    /**
     * A link to one file of one part. No cache may keep what it leads to: it would outlive the file. A browser that
     * opens it saves the file and runs no script in it; an image in a page is shown all the same.
     */
    signDownload: (tenantId: string, conversationId: string, sequence: number, attachmentId: string): Promise<string> =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          Bucket,
          Key: objectKey.file(tenantId, conversationId, sequence, attachmentId),
          ResponseCacheControl: 'no-store',
          ResponseContentDisposition: 'attachment',
        }),
        { expiresIn: linkLifetime },
      ),

    isStaged: (tenantId: string, attachmentId: string) => has(objectKey.staged(tenantId, attachmentId)),
    isPlaced: (tenantId: string, conversationId: string, sequence: number, attachmentId: string) =>
      has(objectKey.file(tenantId, conversationId, sequence, attachmentId)),

    /**
     * Copies the upload to its part, under a tag by which the copy expires; false if there is no such upload. A copy that
     * stands is left as it is: another writer may have taken its tag off, and its part may stand.
     */
    place: (tenantId: string, conversationId: string, sequence: number, attachmentId: string): Promise<boolean> =>
      found(
        client
          .send(
            new CopyObjectCommand({
              Bucket,
              CopySource: `${Bucket}/${objectKey.staged(tenantId, attachmentId)}`,
              Key: objectKey.file(tenantId, conversationId, sequence, attachmentId),
              TaggingDirective: 'REPLACE',
              Tagging: new URLSearchParams(unplaced).toString(),
              IfNoneMatch: '*',
            }),
          )
          .catch((error: unknown) => {
            if (!(error instanceof S3ServiceException && error.name === 'PreconditionFailed')) throw error;
          }),
      ),

    /** Takes the tag off: from here on the copy stays until it is erased. False if it is gone by now. */
    confirm: (tenantId: string, conversationId: string, sequence: number, attachmentId: string): Promise<boolean> => {
      const Key = objectKey.file(tenantId, conversationId, sequence, attachmentId);
      return found(client.send(new DeleteObjectTaggingCommand({ Bucket, Key })));
    },

    erase,

    /** The keys of the files that stand under the run, which lies within one bucket of sequences. */
    list: async (tenantId: string, conversationId: string, { from, through }: Run): Promise<string[]> => {
      const Prefix =
        from === through
          ? objectKey.inPart(tenantId, conversationId, from)
          : objectKey.inBucket(tenantId, conversationId, bucketOf(from));
      const StartAfter = objectKey.inPart(tenantId, conversationId, from);
      const keys: string[] = [];
      for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket, Prefix, StartAfter })) {
        const page = Contents.flatMap(({ Key }) => Key ?? []);
        keys.push(...page.filter((key) => sequenceOfFile(key) <= through));
        // Keys are in order, and those behind the run belong to somebody else.
        if (page.some((key) => sequenceOfFile(key) > through)) break;
      }
      return keys;
    },
  };
};

export type AttachmentStore = ReturnType<typeof attachmentStore>;
