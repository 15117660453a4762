import { InvalidRequest } from '../../errors.ts';
import type { Answer, ErrorContext } from '../dialect.ts';
import { type Wordings, wordingOf } from '../wordings.ts';

interface Wording {
  status: number;
  code: string;
  message: string;
  headers?: Record<string, string>;
}

const wordings: Wordings<Wording> = {
  ConversationNotFound: () => ({
    status: 404,
    code: 'conversation_not_found',
    message: 'There is no such conversation',
  }),
  PartNotFound: () => ({ status: 404, code: 'part_not_found', message: 'There is no such part in the conversation' }),
  RedactionNotFound: () => ({ status: 404, code: 'redaction_not_found', message: 'There is no such redaction' }),
  RouteNotFound: () => ({ status: 404, code: 'route_not_found', message: 'There is no such route' }),
  PartNotRedactable: () => ({ status: 409, code: 'part_not_redactable', message: 'The part can not be redacted' }),
  PartChanged: () => ({ status: 409, code: 'part_changed', message: 'The part changed meanwhile: nothing was done' }),
  LegalHold: () => ({
    status: 409,
    code: 'legal_hold',
    message: 'The conversation is under legal hold: nothing was changed',
  }),
  MethodNotAllowed: ({ message, allowed }) => ({
    status: 405,
    code: 'method_not_allowed',
    message,
    headers: { allow: allowed.join(', ') },
  }),
  Unauthenticated: () => ({
    status: 401,
    code: 'unauthenticated',
    message: 'A valid API key is required: Authorization: Bearer <key>',
    headers: { 'www-authenticate': 'Bearer' },
  }),
  InsufficientPermissions: ({ message }) => ({ status: 403, code: 'insufficient_permissions', message }),
  ApiVersionMissing: () => ({ status: 400, code: 'version_missing', message: 'A version is required' }),
  ApiVersionInvalid: ({ message }) => ({ status: 400, code: 'version_invalid', message }),
  InvalidRequest: ({ message }) => ({ status: 400, code: 'invalid_request', message }),
  TooLarge: ({ message }) => ({ status: 413, code: 'too_large', message }),
  FileRefused: ({ message }) => ({ status: 400, code: 'file_refused', message }),
  // Something else than the request failed, and the same request may succeed later.
  FileUnavailable: ({ message }) => ({ status: 424, code: 'file_unavailable', message }),
  IdempotencyInProgress: ({ message }) => ({ status: 409, code: 'idempotency_in_progress', message }),
  IdempotencyKeyReused: ({ message }) => ({ status: 422, code: 'idempotency_key_reused', message }),
  Unavailable: () => ({
    status: 503,
    code: 'unavailable',
    message: 'The table is busy: try again',
    headers: { 'retry-after': '1' },
  }),
  // No time to come back after: it opens when an operator has replayed the ledger.
  TableNotReplayed: () => ({
    status: 503,
    code: 'unavailable',
    message: 'The table was restored, and what was redacted is not destroyed in it again yet: try again later',
  }),
  TimedOut: () => ({ status: 504, code: 'timeout', message: 'The time ran out; what was accepted goes on by itself' }),
};

const fault: Wording = {
  status: 500,
  code: 'internal_error',
  message: 'The service failed; its log has the request id',
};

/** Expunge's own error body. */
export const expungeError = (error: unknown, { requestId }: ErrorContext): Answer => {
  const { status, code, message, headers = {} } = wordingOf(wordings, fault, error);
  const parameter = error instanceof InvalidRequest ? (error.parameter ?? null) : null;
  return { status, headers, body: { error: { code, message, parameter, requestId } } };
};
