import type { Answer } from '../dialect.ts';
import { type Wordings, wordingOf } from '../wordings.ts';

interface Wording {
  status: number;
  code: string;
  message: string;
  type?: 'invalid_request_error' | 'authentication_error' | 'authorization_error' | 'api_error';
  param?: string | undefined;
  headers?: Record<string, string>;
}

const notFound = (what: string, code: string): Wording => ({ status: 404, code, message: `${what} not found` });
const refused = (message: string, param?: string): Wording => ({
  status: 400,
  code: 'invalid_request',
  message,
  param,
});
const versionNotSupported = (): Wording => ({
  status: 404,
  code: 'version_not_supported',
  message: 'This API version is not supported for this endpoint',
  param: 'Featurebase-Version',
});
const fault: Wording = { status: 500, code: 'internal_error', type: 'api_error', message: 'Something went wrong' };

const unavailable = (): Wording => ({
  ...fault,
  status: 503,
  code: 'service_unavailable',
  message: 'The service is temporarily unavailable',
  headers: { 'retry-after': '1' },
});

const wordings: Wordings<Wording> = {
  ConversationNotFound: () => notFound('Conversation', 'conversation_not_found'),
  PartNotFound: () => notFound('Conversation part', 'conversation_part_not_found'),
  RedactionNotFound: () => notFound('Redaction', 'resource_not_found'),
  RouteNotFound: () => notFound('Resource', 'resource_not_found'),
  PartNotRedactable: () => refused('Only human messages can be redacted'),
  // Not 409: Featurebase's own client repeats a 409, and a hold does not go away by itself.
  LegalHold: () => refused('This conversation is under legal hold and cannot be redacted'),
  PartChanged: ({ message }) => ({ status: 409, code: 'conflict', message }),
  InvalidRequest: ({ message, parameter }) => refused(message, parameter),
  TooLarge: ({ message }) => refused(message),
  FileRefused: ({ message }) => refused(message),
  FileUnavailable: ({ message }) => refused(message),
  MethodNotAllowed: ({ message, allowed }) => ({
    status: 405,
    code: 'method_not_allowed',
    message,
    headers: { allow: allowed.join(', ') },
  }),
  Unauthenticated: () => ({
    status: 401,
    code: 'invalid_api_key',
    type: 'authentication_error',
    message: 'Invalid API Key',
  }),
  InsufficientPermissions: ({ message }) => ({ status: 403, code: 'forbidden', type: 'authorization_error', message }),
  ApiVersionMissing: versionNotSupported,
  ApiVersionInvalid: versionNotSupported,
  IdempotencyInProgress: ({ message }) => ({
    status: 409,
    code: 'idempotency_in_progress',
    message,
    param: 'Idempotency-Key',
  }),
  IdempotencyKeyReused: ({ message }) => ({
    status: 422,
    code: 'idempotency_key_reused',
    message,
    param: 'Idempotency-Key',
  }),
  Unavailable: unavailable,
  // A restored table opens when the operator has replayed the ledger: for callers it is busy, for longer.
  TableNotReplayed: () => ({ ...unavailable(), headers: { 'retry-after': '60' } }),
  TimedOut: () => ({ ...fault, status: 504, code: 'timeout', message: 'The request took too long' }),
};

/** Featurebase's documented error body. The README says which codes and texts are its own. */
export const featurebaseError = (error: unknown): Answer => {
  const wording = wordingOf(wordings, fault, error);
  const { status, code, message, type = 'invalid_request_error', param, headers = {} } = wording;
  return { status, headers, body: { error: { type, code, message, ...(param !== undefined && { param }), status } } };
};
