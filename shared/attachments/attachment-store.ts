import {
  CopyObjectCommand,
  DeleteObjectTaggingCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { objectKey, unplaced } from '../table.ts';
import { bucketCalls } from './bucket-calls.ts';
import { storedFiles } from './stored-files.ts';

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

/** The objects of attachments, for those who bring them: uploads in staging, and files under the part that names them. */
export const attachmentStore = (client: S3Client, Bucket: string) => {
  const has = (Key: string) => found(client.send(new HeadObjectCommand({ Bucket, Key })));

  return {
    ...storedFiles(bucketCalls(client, Bucket)),

    /** Puts a file where an upload would be; again, if it is there. */
    stage: async (tenantId: string, attachmentId: string, { contentType, body }: StagedFile): Promise<void> => {
      const Key = objectKey.staged(tenantId, attachmentId);
      await client.send(new PutObjectCommand({ Bucket, Key, ContentType: contentType, Body: body }));
    },

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
  };
};

export type AttachmentStore = ReturnType<typeof attachmentStore>;
