import { describe, expect, it } from 'vitest';
import { handler as unknownRoute } from '../../../functions/expunge/unknown-route/handler.ts';
import { refuseRoute } from '../../../functions/expunge/unknown-route/refuse-route.ts';
import { MethodNotAllowed, RouteNotFound } from '../../../shared/errors.ts';
import { call } from '../../support/call.ts';

const augnoBody = (code: string, message: string) => ({
  error: {
    code,
    type: 'invalid_request_error',
    message,
    param: null,
    doc_url: `https://docs.augno.com/api/errors#${code}`,
    is_transient: false,
    quota: null,
    request_log_url: null,
  },
});

describe('a path that nobody knows', () => {
  it.each([
    '/',
    '/v1',
    '/v1/nothing',
    '/v1/conversations/',
    '/v1/conversations/a/b',
    '/v1/messagingother/x',
    '/v9/x',
    '',
  ])('is not found, in our own words: %s', async (rawPath) => {
    const answer = await call(unknownRoute, { rawPath });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: 'route_not_found',
        message: 'There is no such route',
        parameter: null,
        requestId: answer.headers['x-request-id'],
      },
    });
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'X-Content-Type-Options': 'nosniff' });
  });

  it.each(['/v1/messaging', '/v1/messaging/', '/v1/messaging/messages/mg_1', '/v1/messaging/conversations'])(
    "is not found, in Augno's words where Augno owns the prefix: %s",
    async (rawPath) => {
      const answer = await call(unknownRoute, { rawPath });
      expect(answer.status).toBe(404);
      expect(answer.body).toEqual(augnoBody('resource_not_found', 'Resource not found.'));
      expect(answer.headers['x-request-id']).toEqual(expect.any(String));
    },
  );
});

describe('a method that a path does not have', () => {
  it('is not allowed, and the answer says which are', async () => {
    const ours = await call(unknownRoute, { rawPath: '/v1/conversations/augno:cv_1' });
    expect(ours.status).toBe(405);
    expect(ours.headers.allow).toBe('GET');
    expect(ours.body.error).toMatchObject({ code: 'method_not_allowed', parameter: null });

    const augnos = await call(unknownRoute, { rawPath: '/v1/messaging/conversations/cv_1/actions/redact' });
    expect(augnos.status).toBe(405);
    expect(augnos.headers.allow).toBe('POST');
    expect(augnos.body).toEqual(augnoBody('method_not_allowed', 'Method not allowed.'));
  });

  it.each<[string, string[] | undefined]>([
    ['/x', ['GET', 'PUT']],
    ['/x/1', ['DELETE']],
    ['/x/', undefined],
    ['/x/1/', undefined],
    ['/X', undefined],
    ['/x/1/y', undefined],
  ])('is told from a path that nobody knows: %s', (path, allowed) => {
    const refused = () => refuseRoute(['GET /x', 'PUT /x', 'DELETE /x/{id}'], path);
    if (!allowed) expect(refused).toThrow(RouteNotFound);
    else expect(refused).toThrow(expect.objectContaining(new MethodNotAllowed(allowed)));
  });
});

it('says nothing of the request in its answer', async () => {
  const answer = await call(unknownRoute, { rawPath: '/v1/canary-path', body: 'canary-body', query: { q: 'canary' } });
  expect(answer.text).not.toContain('canary');
});
