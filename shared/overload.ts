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

const isOverload = (error: (Error & { code?: string }) | null | undefined): boolean =>
  overload.has(error?.name ?? '') || overload.has(error?.code ?? '');

/** The error itself, or Unavailable where the SDK gave up on a table that is too busy. */
export const domainErrorOf = (error: Error | null | undefined): Error | null | undefined =>
  isOverload(error) ? new Unavailable('The table is busy', { cause: error }) : error;
