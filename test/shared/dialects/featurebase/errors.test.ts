import { describe, expect, it } from 'vitest';
import { featurebase } from '../../../../shared/dialects/featurebase/featurebase.ts';
import * as errors from '../../../../shared/errors.ts';

const invalid = 'invalid_request_error';

/** Every error that a caller can meet, and one that nobody foresaw. */
const cases: [Error, number, string, string, string, string?][] = [
  [new errors.ConversationNotFound(), 404, invalid, 'conversation_not_found', 'Conversation not found'],
  [new errors.PartNotFound(), 404, invalid, 'conversation_part_not_found', 'Conversation part not found'],
  [new errors.RedactionNotFound(), 404, invalid, 'resource_not_found', 'Redaction not found'],
  [new errors.RouteNotFound(), 404, invalid, 'resource_not_found', 'Resource not found'],
  [new errors.PartNotRedactable(), 400, invalid, 'invalid_request', 'Only human messages can be redacted'],
  [new errors.PartChanged('The part changed'), 409, invalid, 'conflict', 'The part changed'],
  [
    new errors.LegalHold(),
    400,
    invalid,
    'invalid_request',
    'This conversation is under legal hold and cannot be redacted',
  ],
  [
    new errors.InvalidRequest('type is required', { parameter: 'type' }),
    400,
    invalid,
    'invalid_request',
    'type is required',
    'type',
  ],
  [new errors.InvalidRequest('The body is not JSON'), 400, invalid, 'invalid_request', 'The body is not JSON'],
  [
    new errors.TooLarge('The body is 9 bytes; the limit is 8'),
    400,
    invalid,
    'invalid_request',
    'The body is 9 bytes; the limit is 8',
  ],
  [new errors.MethodNotAllowed(['GET']), 405, invalid, 'method_not_allowed', 'The method is not allowed for this path'],
  [new errors.Unauthenticated(), 401, 'authentication_error', 'invalid_api_key', 'Invalid API Key'],
  [
    new errors.InsufficientPermissions('messaging:delete'),
    403,
    'authorization_error',
    'forbidden',
    'The permission messaging:delete is required',
  ],
  [
    new errors.ApiVersionMissing(),
    404,
    invalid,
    'version_not_supported',
    'This API version is not supported for this endpoint',
    'Featurebase-Version',
  ],
  [
    new errors.ApiVersionInvalid('canary'),
    404,
    invalid,
    'version_not_supported',
    'This API version is not supported for this endpoint',
    'Featurebase-Version',
  ],
  [
    new errors.IdempotencyInProgress('canary'),
    409,
    invalid,
    'idempotency_in_progress',
    'A request with this idempotency key is being processed',
    'Idempotency-Key',
  ],
  [
    new errors.IdempotencyKeyReused('canary'),
    422,
    invalid,
    'idempotency_key_reused',
    'The idempotency key was used with another request',
    'Idempotency-Key',
  ],
  [new errors.Unavailable('canary'), 503, 'api_error', 'service_unavailable', 'The service is temporarily unavailable'],
  [new errors.TableNotReplayed(), 503, 'api_error', 'service_unavailable', 'The service is temporarily unavailable'],
  [new errors.TimedOut(), 504, 'api_error', 'timeout', 'The request took too long'],
  [new errors.ContentRemains('canary'), 500, 'api_error', 'internal_error', 'Something went wrong'],
  [new TypeError('canary'), 500, 'api_error', 'internal_error', 'Something went wrong'],
];

describe("an error in Featurebase's words", () => {
  it.each(cases)('answers %s with %i', (error, status, type, code, message, param) => {
    const answer = featurebase.error(error, { requestId: 'r' });
    expect(answer.status).toBe(status);
    expect(answer.body).toEqual({ error: { type, code, message, ...(param && { param }), status } });
  });

  it('says what else a client can do', () => {
    expect(featurebase.error(new errors.MethodNotAllowed(['GET', 'PATCH']), { requestId: 'r' }).headers).toEqual({
      allow: 'GET, PATCH',
    });
    const headersOf = (error: Error) => featurebase.error(error, { requestId: 'r' }).headers;
    expect(headersOf(new errors.Unavailable())).toEqual({ 'retry-after': '1' });
    expect(headersOf(new errors.TableNotReplayed())).toEqual({ 'retry-after': '60' });
  });
});
