import type { Answer } from '../dialect.ts';
import { type Wordings, wordingOf } from '../wordings.ts';

interface Wording {
  status: number;
  body: Record<string, unknown>;
  headers?: Record<string, string>;
}

const named = (status: number, error: string, description: string): Wording => ({
  status,
  body: { error, description },
});
const recordNotFound = () => named(404, 'RecordNotFound', 'Not found');

/** A refusal of the record as a whole stands at `base`. */
const invalid = (description: string, error: string, field = 'base'): Wording => ({
  status: 422,
  body: {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: { [field]: [{ description, error }] },
  },
});

const faultName = { missing: 'BlankValue', invalid: 'InvalidValue', unknown: 'UnknownField' } as const;

const unavailable = (): Wording => ({
  ...named(503, 'ServiceUnavailable', 'The service is temporarily unavailable: try again'),
  headers: { 'retry-after': '1' },
});

const wordings: Wordings<Wording> = {
  ConversationNotFound: recordNotFound,
  PartNotFound: recordNotFound,
  RedactionNotFound: recordNotFound,
  RouteNotFound: () => named(404, 'InvalidEndpoint', 'Not found'),
  PartNotRedactable: ({ message }) => invalid(message || 'Only messages of chats can be redacted', 'NotRedactable'),
  PartChanged: () => named(409, 'UpdateConflict', 'The message was redacted by another request meanwhile: try again'),
  LegalHold: () => invalid('The ticket is under legal hold and cannot be redacted', 'LegalHold'),
  InvalidRequest: ({ message, parameter, fault }) => invalid(message, faultName[fault], parameter?.split('.')[0]),
  TooLarge: ({ message }) => named(413, 'RequestEntityTooLarge', message),
  FileRefused: ({ message }) => invalid(message, 'InvalidValue'),
  FileUnavailable: ({ message }) => invalid(message, 'InvalidValue'),
  MethodNotAllowed: ({ message, allowed }) => ({
    ...named(405, 'MethodNotAllowed', message),
    headers: { allow: allowed.join(', ') },
  }),
  Unauthenticated: () => ({ status: 401, body: { error: "Couldn't authenticate you" } }),
  InsufficientPermissions: () => ({
    status: 403,
    body: {
      error: {
        title: 'Forbidden',
        message:
          'You do not have access to this page. Please contact the account owner of this help desk for further help.',
      },
    },
  }),
  ApiVersionMissing: () => named(400, 'BadRequest', 'A version is required'),
  ApiVersionInvalid: ({ message }) => named(400, 'BadRequest', message),
  IdempotencyInProgress: ({ message }) => named(409, 'IdempotentRequestInProgress', message),
  IdempotencyKeyReused: ({ message }) => named(422, 'IdempotentRequestError', message),
  Unavailable: unavailable,
  // A restored table opens when the operator has replayed the ledger: for callers it is busy, for longer.
  TableNotReplayed: () => ({ ...unavailable(), headers: { 'retry-after': '60' } }),
  TimedOut: () => named(504, 'GatewayTimeout', 'The request took too long'),
};

const fault = named(500, 'InternalServerError', 'Something went wrong');

/** Zendesk's error body, which has four forms; README.md says which are confirmed. */
export const zendeskError = (error: unknown): Answer => wordingOf(wordings, fault, error);
