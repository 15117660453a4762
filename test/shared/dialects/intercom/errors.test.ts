import { describe, expect, it } from 'vitest';
import { intercom } from '../../../../shared/dialects/intercom/intercom.ts';
import * as errors from '../../../../shared/errors.ts';

const key = 'canary-key';

describe("Intercom's words", () => {
  it.each<[Error, number, string, string]>([
    [new errors.ConversationNotFound(), 404, 'not_found', 'Resource Not Found'],
    [
      new errors.PartNotFound(),
      404,
      'conversation_part_or_message_not_found',
      'Conversation part or message not found',
    ],
    [new errors.RedactionNotFound(), 404, 'not_found', 'Resource Not Found'],
    [new errors.RouteNotFound(), 404, 'not_found', 'Resource Not Found'],
    [new errors.PartNotRedactable(), 400, 'conversation_part_not_redactable', "Part can't be redacted"],
    [new errors.PartChanged('The part changed meanwhile'), 409, 'resource_conflict', 'The part changed meanwhile'],
    [new errors.LegalHold(), 403, 'action_forbidden', 'The conversation is under legal hold: nothing was changed'],
    [new errors.MethodNotAllowed(['GET']), 405, 'unsupported', 'The method is not allowed for this path'],
    [new errors.Unauthenticated(), 401, 'unauthorized', 'Access Token Invalid'],
    [
      new errors.InsufficientPermissions('messaging:read'),
      403,
      'forbidden',
      'The permission messaging:read is required',
    ],
    [new errors.ApiVersionMissing(), 400, 'intercom_version_invalid', 'A version is required'],
    [
      new errors.ApiVersionInvalid('canary'),
      400,
      'intercom_version_invalid',
      'The requested version could not be found',
    ],
    [
      new errors.ApiVersionInvalid('2.1'),
      400,
      'intercom_version_invalid',
      'Requested resource is not available in current API version',
    ],
    [
      new errors.InvalidRequest('source_id is required', { fault: 'missing', parameter: 'source_id' }),
      400,
      'parameter_not_found',
      'source_id is a required parameter',
    ],
    [
      new errors.InvalidRequest('wrong', { parameter: 'type' }),
      400,
      'type_mismatch',
      "The type attribute provided should be either 'conversation_part' or 'source'",
    ],
    [new errors.InvalidRequest('wrong', { parameter: 'body' }), 400, 'parameter_invalid', 'wrong'],
    [new errors.InvalidRequest('The body is not valid JSON'), 400, 'bad_request', 'The body is not valid JSON'],
    [new errors.TooLarge('The body is 6 bytes'), 413, 'data_invalid', 'The body is 6 bytes'],
    [new errors.IdempotencyInProgress(key), 409, 'conflict', 'A request with this idempotency key is being processed'],
    [
      new errors.IdempotencyKeyReused(key),
      422,
      'unprocessable_entity',
      'The idempotency key was used with another request',
    ],
    [new errors.Unavailable(), 503, 'service_unavailable', 'The service is busy: try again'],
    [new errors.TableNotReplayed(), 503, 'service_unavailable', 'The service is busy: try again'],
    [new errors.TimedOut(), 504, 'request_timeout', 'The time ran out; what was accepted goes on by itself'],
    [new TypeError('canary'), 500, 'server_error', 'Something went wrong'],
  ])('for %o', (error, status, code, message) => {
    const answer = intercom.error(error, { requestId: 'ffa661e0' });
    expect({ status: answer.status, body: answer.body }).toEqual({
      status,
      body: { type: 'error.list', request_id: 'ffa661e0', errors: [{ code, message }] },
    });
  });

  it('say which methods there are, and when to come back', () => {
    const headersOf = (error: Error) => intercom.error(error, { requestId: '' }).headers;
    expect(headersOf(new errors.MethodNotAllowed(['GET', 'POST']))).toEqual({ allow: 'GET, POST' });
    expect(headersOf(new errors.Unavailable())).toEqual({ 'retry-after': '1' });
    expect(headersOf(new errors.TableNotReplayed())).toEqual({ 'retry-after': '60' });
  });
});
