import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { objectKey } from '../table.ts';

/** An upload may begin this long after its link was given out, in seconds. */
export const uploadLifetime = 15 * 60;
/** A link to a file works this long, in seconds: an answer can be read and its files opened. */
export const linkLifetime = 60 * 60;

/** Links by which clients upload files. Signing is arithmetic, no call. */
export const uploadLinks = (client: S3Client, Bucket: string) => ({
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
});

/** Links by which clients open files; apart from the others, so that a bundle holds the one kind that its handler gives out. */
export const downloadLinks = (client: S3Client, Bucket: string) => ({
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
});

export type DownloadLinks = ReturnType<typeof downloadLinks>;
