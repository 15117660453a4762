import type { Answer, ErrorContext } from '../dialect.ts';
import { type Wordings, wordingOf } from '../wordings.ts';
import { isTooOld } from './versions.ts';

interface Wording {
  status: number;
  code: string;
  message: string;
  headers?: Record<string, string>;
}

const notFound = (): Wording => ({ status: 404, code: 'not_found', message: 'Resource Not Found' });
const wrongVersion = (message: string): Wording => ({ status: 400, code: 'intercom_version_invalid', message });

const unavailable = (): Wording => ({
  status: 503,
  code: 'service_unavailable',
  message: 'The service is busy: try again',
  headers: { 'retry-after': '1' },
});

const wordings: Wordings<Wording> = {
  ConversationNotFound: notFound,
  PartNotFound: () => ({
    status: 404,
    code: 'conversation_part_or_message_not_found',
    message: 'Conversation part or message not found',
  }),
  RedactionNotFound: notFound,
  RouteNotFound: notFound,
  PartNotRedactable: () => ({
    status: 400,
    code: 'conversation_part_not_redactable',
    message: "Part can't be redacted",
  }),
  PartChanged: ({ message }) => ({ status: 409, code: 'resource_conflict', message }),
  LegalHold: () => ({
    status: 403,
    code: 'action_forbidden',
    message: 'The conversation is under legal hold: nothing was changed',
  }),
  MethodNotAllowed: ({ message, allowed }) => ({
    status: 405,
    code: 'unsupported',
    message,
    headers: { allow: allowed.join(', ') },
  }),
  Unauthenticated: () => ({ status: 401, code: 'unauthorized', message: 'Access Token Invalid' }),
  InsufficientPermissions: ({ message }) => ({ status: 403, code: 'forbidden', message }),
  ApiVersionMissing: () => wrongVersion('A version is required'),
  ApiVersionInvalid: ({ version }) =>
    wrongVersion(
      isTooOld(version)
        ? 'Requested resource is not available in current API version'
        : 'The requested version could not be found',
    ),
  InvalidRequest: ({ fault, message, parameter }) => {
    if (fault === 'missing')
      return { status: 400, code: 'parameter_not_found', message: `${parameter} is a required parameter` };
    if (parameter === 'type') {
      const allowed = "The type attribute provided should be either 'conversation_part' or 'source'";
      return { status: 400, code: 'type_mismatch', message: allowed };
    }
    return { status: 400, code: parameter === undefined ? 'bad_request' : 'parameter_invalid', message };
  },
  TooLarge: ({ message }) => ({ status: 413, code: 'data_invalid', message }),
  FileRefused: ({ message }) => ({ status: 400, code: 'bad_request', message }),
  FileUnavailable: ({ message }) => ({ status: 400, code: 'bad_request', message }),
  IdempotencyInProgress: ({ message }) => ({ status: 409, code: 'conflict', message }),
  IdempotencyKeyReused: ({ message }) => ({ status: 422, code: 'unprocessable_entity', message }),
  Unavailable: unavailable,
  // A restored table opens when the operator has replayed the ledger: for callers it is busy, for longer.
  TableNotReplayed: () => ({ ...unavailable(), headers: { 'retry-after': '60' } }),
  TimedOut: () => ({
    status: 504,
    code: 'request_timeout',
    message: 'The time ran out; what was accepted goes on by itself',
  }),
};

const fault: Wording = { status: 500, code: 'server_error', message: 'Something went wrong' };

/** Intercom's error list, of one error; `field` is left out, as in the examples of this API. */
export const intercomError = (error: unknown, { requestId }: ErrorContext): Answer => {
  const { status, code, message, headers = {} } = wordingOf(wordings, fault, error);
  return { status, headers, body: { type: 'error.list', request_id: requestId, errors: [{ code, message }] } };
};
