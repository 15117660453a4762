import { Logger } from '@aws-lambda-powertools/logger';

/** Logs carry ids and counts. Never an event, a body, or the message of an error that we did not word. */
export const logger = new Logger();

/**
 * What may be logged of an unexpected error: its name and where it was thrown. The message stays out,
 * because a parser or the SDK may quote the request in it.
 */
export const traceOf = (error: unknown) =>
  error instanceof Error
    ? {
        error: error.name,
        frames: error.stack
          ?.split('\n')
          .filter((line) => line.startsWith('    at '))
          .slice(0, 8),
      }
    : { error: typeof error };
