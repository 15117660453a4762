import { describe, expect, it } from 'vitest';
import { zendesk } from '../../../../shared/dialects/zendesk/zendesk.ts';
import {
  ApiVersionInvalid,
  ApiVersionMissing,
  ConversationNotFound,
  IdempotencyInProgress,
  IdempotencyKeyReused,
  InsufficientPermissions,
  InvalidRequest,
  LegalHold,
  MethodNotAllowed,
  PartChanged,
  PartNotFound,
  PartNotRedactable,
  RedactionNotFound,
  RouteNotFound,
  TimedOut,
  TooLarge,
  Unauthenticated,
  TableNotReplayed,
  Unavailable,
} from '../../../../shared/errors.ts';

const worded = (error: unknown) => zendesk.error(error, { requestId: 'r' });
const invalid = (field: string, description: string, error: string) => ({
  status: 422,
  body: {
    error: 'RecordInvalid',
    description: 'Record validation errors',
    details: { [field]: [{ description, error }] },
  },
});
const named = (status: number, error: string, description: string) => ({ status, body: { error, description } });

describe("Zendesk's words for", () => {
  it.each([
    [new ConversationNotFound(), named(404, 'RecordNotFound', 'Not found')],
    [new PartNotFound(), named(404, 'RecordNotFound', 'Not found')],
    [new RedactionNotFound(), named(404, 'RecordNotFound', 'Not found')],
    [new RouteNotFound(), named(404, 'InvalidEndpoint', 'Not found')],
    [new PartNotRedactable(), invalid('base', 'Only messages of chats can be redacted', 'NotRedactable')],
    [
      new PartChanged(),
      named(409, 'UpdateConflict', 'The message was redacted by another request meanwhile: try again'),
    ],
    [new LegalHold(), invalid('base', 'The ticket is under legal hold and cannot be redacted', 'LegalHold')],
    [new InvalidRequest('Not so'), invalid('base', 'Not so', 'InvalidValue')],
    [
      new InvalidRequest('text is required', { fault: 'missing', parameter: 'text' }),
      invalid('text', 'text is required', 'BlankValue'),
    ],
    [
      new InvalidRequest('x is not known', { fault: 'unknown', parameter: 'ticket.x' }),
      invalid('ticket', 'x is not known', 'UnknownField'),
    ],
    [new TooLarge('6 bytes; the limit is 5'), named(413, 'RequestEntityTooLarge', '6 bytes; the limit is 5')],
    [
      new MethodNotAllowed(['GET', 'PUT']),
      { ...named(405, 'MethodNotAllowed', 'The method is not allowed for this path'), headers: { allow: 'GET, PUT' } },
    ],
    [new Unauthenticated(), { status: 401, body: { error: "Couldn't authenticate you" } }],
    [
      new InsufficientPermissions('messaging:delete'),
      {
        status: 403,
        body: {
          error: {
            title: 'Forbidden',
            message:
              'You do not have access to this page. Please contact the account owner of this help desk for further help.',
          },
        },
      },
    ],
    [new ApiVersionMissing(), named(400, 'BadRequest', 'A version is required')],
    [new ApiVersionInvalid('v3'), named(400, 'BadRequest', 'The API version is not one that is served')],
    [
      new IdempotencyInProgress('key'),
      named(409, 'IdempotentRequestInProgress', 'A request with this idempotency key is being processed'),
    ],
    [
      new IdempotencyKeyReused('key'),
      named(422, 'IdempotentRequestError', 'The idempotency key was used with another request'),
    ],
    [
      new Unavailable(),
      {
        ...named(503, 'ServiceUnavailable', 'The service is temporarily unavailable: try again'),
        headers: { 'retry-after': '1' },
      },
    ],
    [
      new TableNotReplayed(),
      {
        ...named(503, 'ServiceUnavailable', 'The service is temporarily unavailable: try again'),
        headers: { 'retry-after': '60' },
      },
    ],
    [new TimedOut(), named(504, 'GatewayTimeout', 'The request took too long')],
    [new Error('my PIN is 8475'), named(500, 'InternalServerError', 'Something went wrong')],
  ])('%s', (error, answer) => {
    expect(worded(error)).toEqual(answer);
  });
});

describe("Zendesk's way to authenticate", () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
  it.each([
    ['an API token', basic('agent@example.com/token:key'), 'key'],
    ['an API token with a colon', basic('agent@example.com/token:a:b'), 'a:b'],
    ['an OAuth token', { authorization: 'Bearer key' }, 'key'],
    ['a password', basic('agent@example.com:key'), undefined],
    ['a name alone', basic('agent@example.com/token'), undefined],
    ['nothing', {}, undefined],
  ])('%s', (_, headers, key) => {
    expect(zendesk.credentials(headers)).toBe(key);
  });
});
