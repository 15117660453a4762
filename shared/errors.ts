/**
 * One class per meaning. A rule throws it, the caller's dialect words it: nothing here knows a status code.
 * Messages hold ids and limits, never a value of the request, because they may be logged.
 */
export class DomainError extends Error {
  override readonly name: string = 'DomainError';
}

/** The names by which the state machine retries what a task throws. */
export const retriedErrors = {
  unavailable: 'Unavailable',
  contentRemains: 'ContentRemains',
  writerAtWork: 'WriterAtWork',
} as const;

export class ConversationNotFound extends DomainError {
  override readonly name = 'ConversationNotFound';
}

export class PartNotFound extends DomainError {
  override readonly name = 'PartNotFound';
}

export class RedactionNotFound extends DomainError {
  override readonly name = 'RedactionNotFound';
}

/** The dialect's own rule says that this part is not one that can be redacted. */
export class PartNotRedactable extends DomainError {
  override readonly name = 'PartNotRedactable';
}

/** Another redaction changed the text between the caller's look at it and the mask: the spans no longer fit. */
export class PartChanged extends DomainError {
  override readonly name = 'PartChanged';
}

export class LegalHold extends DomainError {
  override readonly name = 'LegalHold';
}

export class RouteNotFound extends DomainError {
  override readonly name = 'RouteNotFound';
}

export class MethodNotAllowed extends DomainError {
  override readonly name = 'MethodNotAllowed';
  readonly allowed: readonly string[];
  constructor(allowed: readonly string[]) {
    super('The method is not allowed for this path');
    this.allowed = allowed;
  }
}

export class Unauthenticated extends DomainError {
  override readonly name = 'Unauthenticated';
}

export class InsufficientPermissions extends DomainError {
  override readonly name = 'InsufficientPermissions';
  readonly permission: string;
  constructor(permission: string) {
    super(`The permission ${permission} is required`);
    this.permission = permission;
  }
}

export class ApiVersionMissing extends DomainError {
  override readonly name = 'ApiVersionMissing';
}

export class ApiVersionInvalid extends DomainError {
  override readonly name = 'ApiVersionInvalid';
  readonly version: string;
  constructor(version: string) {
    super('The API version is not one that is served');
    this.version = version;
  }
}

/** What is wrong with a request: `missing` and `unknown` name a parameter that is not there or not known. */
export type Fault = 'missing' | 'invalid' | 'unknown';

/** The request does not fit the route's schema; `parameter` is the path of the first thing that is wrong. */
export class InvalidRequest extends DomainError {
  override readonly name = 'InvalidRequest';
  readonly fault: Fault;
  readonly parameter: string | undefined;
  constructor(
    message: string,
    { fault = 'invalid', parameter }: { fault?: Fault; parameter?: string | undefined } = {},
  ) {
    super(message);
    this.fault = fault;
    this.parameter = parameter;
  }
}

/** Something in the request is over a stated limit (docs/data-model.md lists them). */
export class TooLarge extends DomainError {
  override readonly name = 'TooLarge';
}

/** A file's URL that is not fetched, whatever answers there. Of a URL only a listed host is named: the rest may be a signature. */
export class FileRefused extends DomainError {
  override readonly name = 'FileRefused';
}

/** A file that was asked for at its URL, and did not come: another status than 200, no connection, no time. */
export class FileUnavailable extends DomainError {
  override readonly name = 'FileUnavailable';
}

export class IdempotencyInProgress extends DomainError {
  override readonly name = 'IdempotencyInProgress';
  readonly key: string;
  constructor(key: string) {
    super('A request with this idempotency key is being processed');
    this.key = key;
  }
}

export class IdempotencyKeyReused extends DomainError {
  override readonly name = 'IdempotencyKeyReused';
  readonly key: string;
  constructor(key: string) {
    super('The idempotency key was used with another request');
    this.key = key;
  }
}

/** The table could not take the request in time: nothing was acknowledged, and a retry is welcome. */
export class Unavailable extends DomainError {
  override readonly name = retriedErrors.unavailable;
}

/** The table is a restored one, and the ledger's redactions have not been applied to it again (docs/restore.md). */
export class TableNotReplayed extends DomainError {
  override readonly name = 'TableNotReplayed';
}

/** The function's time ran out before its answer: what was accepted goes on by itself. */
export class TimedOut extends DomainError {
  override readonly name = 'TimedOut';
}

/** Cells in scope still hold content after the erase step, so the redaction may not be called completed. */
export class ContentRemains extends DomainError {
  override readonly name = retriedErrors.contentRemains;
}

/** Somebody who began before the redaction may still be bringing a file, for at most as long as a function runs. */
export class WriterAtWork extends DomainError {
  override readonly name = retriedErrors.writerAtWork;
}

/** Some open redactions could not be gone on with; each is in the log, and tried again. */
export class NotResumed extends DomainError {
  override readonly name = 'NotResumed';
}

/** The table whose ledger is replayed is still written to, so there is no end to the replay. */
export class TableInUse extends DomainError {
  override readonly name = 'TableInUse';
}

/** The ledger that is to be replayed lacks redactions that the restored table has: it is not the one that came after it. */
export class LedgerBehind extends DomainError {
  override readonly name = 'LedgerBehind';
}

/** The errors that a caller can meet, each of which every API words. */
export type WordedError =
  | ConversationNotFound
  | PartNotFound
  | RedactionNotFound
  | PartNotRedactable
  | PartChanged
  | LegalHold
  | RouteNotFound
  | MethodNotAllowed
  | Unauthenticated
  | InsufficientPermissions
  | ApiVersionMissing
  | ApiVersionInvalid
  | InvalidRequest
  | TooLarge
  | FileRefused
  | FileUnavailable
  | IdempotencyInProgress
  | IdempotencyKeyReused
  | Unavailable
  | TableNotReplayed
  | TimedOut;
