import { Duration, type RemovalPolicy } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { BlockPublicAccess, Bucket, BucketEncryption, type IBucket, ObjectOwnership } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { objectKey, unplaced } from '../../shared/table.ts';
import { grantKeyThrough } from './grant-key.ts';

/** What a function does with files: the handful of permissions that each comes down to. */
export type FilesAccess = 'upload' | 'place' | 'show' | 'erase';

export type FilesBucketProps = {
  encryptionKey: IKey;
  removalPolicy: RemovalPolicy;
  /** How long the access logs are kept; they hold keys, which are opaque ids. */
  accessLogDays: number;
};

const closed = {
  enforceSSL: true,
  minimumTLSVersion: 1.2,
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
} as const;

/**
 * The private bucket of attachments. It has neither versions nor a replica, so that a delete is a delete
 * (docs/decisions/0007-files-are-not-versioned.md), and no CORS: links are opened, not fetched by scripts.
 */
export class FilesBucket extends Construct {
  readonly bucket: Bucket;
  readonly #encryptionKey: IKey;

  constructor(scope: Construct, id: string, { encryptionKey, removalPolicy, accessLogDays }: FilesBucketProps) {
    super(scope, id);
    this.#encryptionKey = encryptionKey;

    const accessLogs = new Bucket(this, 'AccessLogs', {
      ...closed,
      // S3 delivers access logs to no bucket that is encrypted under a key of the company's own.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ id: 'expire', expiration: Duration.days(accessLogDays) }],
      removalPolicy,
    });
    this.bucket = new Bucket(this, 'Bucket', {
      ...closed,
      encryption: BucketEncryption.KMS,
      encryptionKey,
      // One call to KMS for many objects, in place of one each.
      bucketKeyEnabled: true,
      // The library's types do not agree with exactOptionalPropertyTypes.
      serverAccessLogsBucket: accessLogs as IBucket,
      // S3 looks once a day, after midnight UTC: what expires is gone within two days.
      lifecycleRules: [
        { id: 'uploads-that-no-part-named', prefix: objectKey.staging, expiration: Duration.days(1) },
        { id: 'copies-that-were-not-finished', tagFilters: unplaced, expiration: Duration.days(1) },
        { id: 'unfinished-uploads', abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
      removalPolicy,
    });
  }

  /** Lets a function do that with files, and nothing else. */
  grant(grantee: IGrantable, access: FilesAccess): void {
    const { staging, files } = objectKey;
    switch (access) {
      case 'upload':
        this.#allow(grantee, ['s3:PutObject'], staging);
        grantKeyThrough('s3', this.#encryptionKey, grantee, ['kms:GenerateDataKey', 'kms:Decrypt']);
        return;
      case 'place':
        this.#allow(grantee, ['s3:GetObject', 's3:DeleteObject'], staging);
        this.#allow(
          grantee,
          ['s3:GetObject', 's3:PutObject', 's3:PutObjectTagging', 's3:DeleteObjectTagging', 's3:DeleteObject'],
          files,
        );
        // Who may not list is told 403 of an object that is not there, in place of 404.
        Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucket.bucketArn] });
        grantKeyThrough('s3', this.#encryptionKey, grantee, ['kms:GenerateDataKey', 'kms:Decrypt']);
        return;
      case 'show':
        this.#allow(grantee, ['s3:GetObject'], files);
        grantKeyThrough('s3', this.#encryptionKey, grantee, ['kms:Decrypt']);
        return;
      case 'erase':
        // Of a writer who died, uploads are left too.
        this.#allow(grantee, ['s3:DeleteObject'], staging);
        this.#allow(grantee, ['s3:DeleteObject'], files);
        Grant.addToPrincipal({
          grantee,
          actions: ['s3:ListBucket'],
          resourceArns: [this.bucket.bucketArn],
          conditions: { StringLike: { 's3:prefix': `${files}*` } },
        });
    }
  }

  #allow(grantee: IGrantable, actions: string[], prefix: string): void {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.bucket.arnForObjects(`${prefix}*`)] });
  }
}
