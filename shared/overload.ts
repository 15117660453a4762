import { Unavailable } from './errors.ts';

/** The SDK's errors that mean: the table, or the bucket, could not take it now. */
const overload = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  // S3's own names.
  'SlowDown',
  'InternalError',
  // A connection that was lost, by Node's code.
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
]);

type SdkError = Error & { code?: string; $metadata?: { httpStatusCode?: number } };

/** Whatever else AWS answers with a status of its own fault is as good as a busy table: another try may do. */
const isOverload = (error: SdkError | null | undefined): boolean =>
  overload.has(error?.name ?? '') || overload.has(error?.code ?? '') || (error?.$metadata?.httpStatusCode ?? 0) >= 500;

/** The error itself, or Unavailable where the SDK gave up on a table that is too busy. */
export const domainErrorOf = (error: Error | null | undefined): Error | null | undefined =>
  isOverload(error) ? new Unavailable('The table is busy', { cause: error }) : error;
