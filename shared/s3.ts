import { S3Client } from '@aws-sdk/client-s3';

/**
 * Finds a local endpoint by AWS_ENDPOINT_URL_S3, and puts the bucket into the path by itself where that is an IP address.
 * Checksums only where S3 requires one: by default a link to upload would carry that of an empty body.
 */
export const s3 = new S3Client({
  retryMode: 'standard',
  maxAttempts: 5,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});
