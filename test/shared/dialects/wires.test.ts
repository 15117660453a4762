import { describe, expect, it } from 'vitest';
import { augno } from '../../../shared/dialects/augno/augno.ts';
import { basicCredentials, bearerToken } from '../../../shared/dialects/credentials.ts';
import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { dialectNamed, dialectNames, wireOf } from '../../../shared/dialects/registry.ts';
import * as errors from '../../../shared/errors.ts';

const cause = new Error('canary cause');
const requestId = 'request-1';

/** One of each error that a caller can meet. */
const worded: errors.WordedError[] = [
  new errors.ConversationNotFound(),
  new errors.PartNotFound(),
  new errors.RedactionNotFound(),
  new errors.PartNotRedactable(),
  new errors.PartChanged(),
  new errors.LegalHold(),
  new errors.RouteNotFound(),
  new errors.MethodNotAllowed(['GET', 'PUT']),
  new errors.Unauthenticated(),
  new errors.InsufficientPermissions('messaging:read'),
  new errors.ApiVersionMissing(),
  new errors.ApiVersionInvalid('9.9'),
  new errors.InvalidRequest('limit: must be a whole number', { parameter: 'limit' }),
  new errors.InvalidRequest('limit is required', { fault: 'missing', parameter: 'limit' }),
  new errors.InvalidRequest('limit is not a known parameter', { fault: 'unknown', parameter: 'limit' }),
  new errors.InvalidRequest('The body is not valid JSON'),
  new errors.TooLarge('The body is 7 bytes; the limit is 5'),
  new errors.FileRefused("A file's URL is refused: it is not https"),
  new errors.FileUnavailable('The file at files.example.com could not be fetched: it answered 404'),
  new errors.IdempotencyInProgress('key-1'),
  new errors.IdempotencyKeyReused('key-1'),
  new errors.Unavailable('The table is busy', { cause }),
  new errors.TableNotReplayed('The table was restored: run npm run replay-ledger'),
  new errors.TimedOut(),
];

it('The list of errors here is whole', () => {
  const unworded: unknown[] = [
    errors.DomainError,
    errors.ContentRemains,
    errors.LedgerBehind,
    errors.NotResumed,
    errors.TableInUse,
    errors.WriterAtWork,
  ];
  const classes = Object.values(errors).filter((E) => typeof E === 'function' && !unworded.includes(E));
  expect(new Set(worded.map(({ constructor }) => constructor))).toEqual(new Set(classes));
  expect(worded.every(({ name, constructor }) => name === constructor.name)).toBe(true);
});

const statuses = {
  augno: {
    ConversationNotFound: [404, 'resource_not_found'],
    PartNotFound: [404, 'resource_not_found'],
    RedactionNotFound: [404, 'resource_not_found'],
    RouteNotFound: [404, 'resource_not_found'],
    LegalHold: [400, 'validation_failed'],
    MethodNotAllowed: [405, 'method_not_allowed'],
    Unauthenticated: [401, 'invalid_credentials'],
    InsufficientPermissions: [403, 'insufficient_permissions'],
    ApiVersionMissing: [400, 'api_version_required'],
    ApiVersionInvalid: [400, 'api_version_invalid'],
    TooLarge: [400, 'validation_failed'],
    FileRefused: [400, 'validation_failed'],
    FileUnavailable: [400, 'validation_failed'],
    IdempotencyInProgress: [409, 'idempotency_in_progress'],
    IdempotencyKeyReused: [400, 'validation_failed'],
    Unavailable: [503, 'service_unavailable'],
    TableNotReplayed: [503, 'service_unavailable'],
    TimedOut: [504, 'timeout'],
  },
  expunge: {
    ConversationNotFound: [404, 'conversation_not_found'],
    PartNotFound: [404, 'part_not_found'],
    RedactionNotFound: [404, 'redaction_not_found'],
    RouteNotFound: [404, 'route_not_found'],
    LegalHold: [409, 'legal_hold'],
    MethodNotAllowed: [405, 'method_not_allowed'],
    Unauthenticated: [401, 'unauthenticated'],
    InsufficientPermissions: [403, 'insufficient_permissions'],
    InvalidRequest: [400, 'invalid_request'],
    TooLarge: [413, 'too_large'],
    FileRefused: [400, 'file_refused'],
    FileUnavailable: [424, 'file_unavailable'],
    IdempotencyInProgress: [409, 'idempotency_in_progress'],
    IdempotencyKeyReused: [422, 'idempotency_key_reused'],
    Unavailable: [503, 'unavailable'],
    TableNotReplayed: [503, 'unavailable'],
    TimedOut: [504, 'timeout'],
  },
} as const;

describe.each([augno, expunge])('the errors of $name', (wire) => {
  it.each(worded.map((error) => [error.name, error.message, error] as const))(
    '%s (%s) have a status, a body and no cause',
    (_, __, error) => {
      const answer = wire.error(error, { requestId });
      expect(answer.status).toBeGreaterThanOrEqual(400);
      expect(answer.status).toBeLessThan(600);
      expect(JSON.stringify(answer)).not.toContain('canary');
      const { error: body } = answer.body as { error: Record<string, unknown> };
      expect(body.code).toMatch(/^[a-z_]+$/);
      expect(body.message).toMatch(/\S/);
      const expected = (statuses[wire.name as 'augno'] as Record<string, readonly [number, string]>)[error.name];
      if (expected) expect([answer.status, body.code]).toEqual(expected);
      if (error instanceof errors.MethodNotAllowed) expect(answer.headers).toEqual({ allow: 'GET, PUT' });
      if (error instanceof errors.Unavailable) expect(answer.headers).toEqual({ 'retry-after': '1' });
      if (error instanceof errors.TableNotReplayed && wire.name === 'augno')
        expect(answer.headers).toEqual({ 'retry-after': '60' });
    },
  );

  it.each([
    new Error('canary message'),
    new errors.ContentRemains('canary 7 cells'),
    'canary',
    undefined,
    null,
    { name: 'LegalHold' },
  ])('that is no error of a caller is our own fault, and says nothing of it: %s', (error) => {
    const answer = wire.error(error, { requestId });
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer)).not.toContain('canary');
    expect((answer.body as { error: { code: string } }).error.code).toBe('internal_error');
  });

  it('is not taken in by an error that names itself like a member of every object', () => {
    for (const name of ['constructor', '__proto__', 'toString']) {
      const error = Object.defineProperty(new errors.DomainError('canary'), 'name', { value: name });
      expect(wire.error(error, { requestId }).status).toBe(500);
    }
  });
});

describe("Augno's error body", () => {
  it.each([...worded, new Error('x')].map((error) => [error.name, error] as const))(
    'of %s has all eight keys',
    (_, error) => {
      const { status, body } = augno.error(error, { requestId });
      const { error: fields } = body as { error: Record<string, unknown> };
      expect(Object.keys(fields).toSorted()).toEqual([
        'code',
        'doc_url',
        'is_transient',
        'message',
        'param',
        'quota',
        'request_log_url',
        'type',
      ]);
      expect(fields.doc_url).toBe(`https://docs.augno.com/api/errors#${String(fields.code)}`);
      expect(['invalid_request_error', 'api_error', 'idempotency_error']).toContain(fields.type);
      // Augno uses no 422, and says of its own faults and of a running duplicate that a retry may help.
      expect(status).not.toBe(422);
      expect(fields.is_transient).toBe(fields.type === 'api_error' || fields.code === 'idempotency_in_progress');
      expect(fields.type === 'api_error').toBe(status >= 500);
    },
  );

  it.each([
    ['invalid', 'parameter_invalid'],
    ['missing', 'parameter_missing'],
    ['unknown', 'parameter_unknown'],
  ] as const)('says of a parameter that it is %s', (fault, code) => {
    const { body } = augno.error(new errors.InvalidRequest('x', { fault, parameter: 'limit' }), { requestId });
    expect(body).toMatchObject({ error: { code, param: 'limit' } });
  });
});

describe('the API that owns a path', () => {
  it.each([
    ['/v1/messaging', 'augno'],
    ['/v1/messaging/', 'augno'],
    ['/v1/messaging/conversations/cv_1', 'augno'],
    ['/v1/messagings', 'expunge'],
    ['/v1/conversations/augno:cv_1', 'expunge'],
    ['/v1', 'expunge'],
    ['/v1x', 'expunge'],
    ['/V1/messaging', 'expunge'],
    ['/', 'expunge'],
    ['', 'expunge'],
    ['//v1/messaging', 'expunge'],
    ['/x/v1/messaging', 'expunge'],
  ])('%s is %s', (path, name) => {
    expect(wireOf(path).name).toBe(name);
  });

  it('is its own for every prefix that it claims, and for what lies below', () => {
    for (const wire of [augno, expunge]) {
      for (const prefix of wire.pathPrefixes) {
        expect([wireOf(prefix).name, wireOf(`${prefix}/anything`).name]).toEqual([wire.name, wire.name]);
      }
    }
  });
});

describe('a dialect by its name', () => {
  it('is found, and has that name', () => {
    expect(dialectNames).toContain('augno');
    for (const name of dialectNames) expect(dialectNamed(name)?.name).toBe(name);
    expect(new Set(dialectNames).size).toBe(dialectNames.length);
  });

  it.each(['', 'expunge', 'Augno', 'augno ', '__proto__', 'constructor'])('is none: %j', (name) => {
    expect(dialectNamed(name)).toBeUndefined();
  });
});

describe('credentials', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['Bearer abc', 'abc'],
    ['bearer abc', 'abc'],
    ['  Bearer   abc  ', 'abc'],
    ['Bearer', undefined],
    ['Bearer ', undefined],
    ['Bearer a b', undefined],
    ['Bearerabc', undefined],
    ['Basic abc', undefined],
    ['', undefined],
  ])('of %j are the token %s', (authorization, token) => {
    expect(bearerToken({ authorization })).toBe(token);
  });

  it.each([
    ['/v1/messaging', 'key'],
    ['/conversations', 'key'],
    ['/v2', undefined],
    ['/api/v2', undefined],
    ['/v1', undefined],
  ])('that are the name of Basic, without a password, are for %s the token %s', (path, token) => {
    const wire = wireOf(path);
    expect(wire.credentials({ authorization: basic('key:') })).toBe(token);
    expect(wire.credentials({ authorization: basic('key:password') })).toBeUndefined();
    expect(wire.credentials({ authorization: basic('key') })).toBeUndefined();
  });

  it('that are not there are none', () => {
    expect(bearerToken({})).toBeUndefined();
    expect(basicCredentials({})).toBeUndefined();
  });

  it.each([
    [basic('key:'), { name: 'key', password: '' }],
    [basic('me/token:a:b'), { name: 'me/token', password: 'a:b' }],
    [basic(':x'), { name: '', password: 'x' }],
    [basic('no colon'), undefined],
    ['Basic ???', undefined],
    ['Bearer abc', undefined],
  ])('of %s are a name and a password', (authorization, credentials) => {
    expect(basicCredentials({ authorization })).toEqual(credentials);
  });
});
