import { S3Client } from '@aws-sdk/client-s3';

/**
 * Finds a local endpoint by AWS_ENDPOINT_URL_S3, and puts the bucket into the path by itself where that is an IP address.
 * Checksums only where S3 requires one: by default a link to upload would carry that of an empty body.
 * A copy of 100 MB, the largest that is taken, is a matter of seconds; three times 8 s end before the request's 28.
 */
export const s3 = new S3Client({
  retryMode: 'standard',
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1_000, requestTimeout: 8_000, throwOnRequestTimeout: true },
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});
