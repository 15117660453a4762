import type { Answer } from '../dialect.ts';
import { type Wordings, wordingOf } from '../wordings.ts';
import { latestVersion } from './versions.ts';

interface Wording {
  status: number;
  code: string;
  message: string;
  type?: 'invalid_request_error' | 'api_error' | 'idempotency_error';
  param?: string;
  /** Said where the type does not say it. */
  transient?: boolean;
  headers?: Record<string, string>;
}

const notFound = (what: string): Wording => ({
  status: 404,
  code: 'resource_not_found',
  message: `${what} not found.`,
});
const refused = (message: string): Wording => ({ status: 400, code: 'validation_failed', message });
const versionFault = (code: string, message: string): Wording => ({
  status: 400,
  code,
  message,
  param: 'Augno-Version',
});

const faultCode = { missing: 'parameter_missing', invalid: 'parameter_invalid', unknown: 'parameter_unknown' } as const;

const unavailable = (): Wording => ({
  status: 503,
  code: 'service_unavailable',
  type: 'api_error',
  message: 'The service is temporarily unavailable. Please try again later.',
  headers: { 'retry-after': '1' },
});

const wordings: Wordings<Wording> = {
  ConversationNotFound: () => notFound('Conversation'),
  PartNotFound: () => notFound('Message'),
  RedactionNotFound: () => notFound('Redaction'),
  RouteNotFound: () => notFound('Resource'),
  PartNotRedactable: () => refused('This message cannot be redacted.'),
  PartChanged: () => ({ status: 409, code: 'resource_conflict', message: 'The message changed meanwhile.' }),
  LegalHold: () => refused('This conversation is under legal hold and cannot be redacted until the hold is cleared.'),
  TooLarge: ({ message }) => refused(`${message}.`),
  FileRefused: ({ message }) => refused(`${message}.`),
  FileUnavailable: ({ message }) => refused(`${message}.`),
  // What is wrong with the request as a whole is no parameter's fault.
  InvalidRequest: ({ fault, message, parameter }) =>
    parameter === undefined
      ? refused(`${message}.`)
      : { status: 400, code: faultCode[fault], message, param: parameter },
  MethodNotAllowed: ({ allowed }) => ({
    status: 405,
    code: 'method_not_allowed',
    message: 'Method not allowed.',
    headers: { allow: allowed.join(', ') },
  }),
  Unauthenticated: () => ({ status: 401, code: 'invalid_credentials', message: 'Authentication is required.' }),
  InsufficientPermissions: ({ permission }) => ({
    status: 403,
    code: 'insufficient_permissions',
    message: `The ${permission} permission is required.`,
  }),
  ApiVersionMissing: () =>
    versionFault(
      'api_version_required',
      `The Augno-Version header is required. Please include a valid API version. The latest version is ${latestVersion}.`,
    ),
  ApiVersionInvalid: ({ version }) =>
    versionFault('api_version_invalid', `Invalid API version '${version}'. Supported versions: [${latestVersion}]`),
  IdempotencyInProgress: ({ key }) => ({
    status: 409,
    code: 'idempotency_in_progress',
    type: 'idempotency_error',
    message: `Request for the idempotency key '${key}' is already being processed.`,
    transient: true,
  }),
  IdempotencyKeyReused: ({ key }) => ({
    ...refused(`Idempotency key '${key}' was used with different request parameters; use a new key.`),
    type: 'idempotency_error',
  }),
  Unavailable: unavailable,
  // A restored table opens when the operator has replayed the ledger: for callers it is busy, for longer.
  TableNotReplayed: () => ({ ...unavailable(), headers: { 'retry-after': '60' } }),
  TimedOut: () => ({ status: 504, code: 'timeout', type: 'api_error', message: 'The request took too long.' }),
};

const fault: Wording = { status: 500, code: 'internal_error', type: 'api_error', message: 'Something went wrong.' };

/** Augno's error body: all eight keys, always. The facts page says which texts are Augno's own. */
export const augnoError = (error: unknown): Answer => {
  const wording = wordingOf(wordings, fault, error);
  const { status, code, message, type = 'invalid_request_error', param = null, headers = {} } = wording;
  return {
    status,
    headers,
    body: {
      error: {
        code,
        type,
        message,
        param,
        doc_url: `https://docs.augno.com/api/errors#${code}`,
        is_transient: wording.transient ?? type === 'api_error',
        quota: null,
        request_log_url: null,
      },
    },
  };
};
