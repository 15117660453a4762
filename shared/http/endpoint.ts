import type { Context } from 'aws-lambda';
import { en } from 'zod/locales';
import type * as z from 'zod/mini';
import { documents } from '../clients.ts';
import { sealReader, tableGate } from '../conversations/seal-store.ts';
import type { Answer, Headers, Wire } from '../dialects/dialect.ts';
import { requireEnv } from '../env.ts';
import { InvalidRequest } from '../errors.ts';
import { logger } from '../logger.ts';
import type { Requester } from '../redactions/redaction.ts';
import { apiKeyStore } from '../tenants/api-key-store.ts';
import type { DialectSettings } from '../tenants/dialect-settings.ts';
import { settingsStore } from '../tenants/settings-store.ts';
import { authenticate } from './authenticate.ts';
import { readBody } from './body.ts';
import type { Contract } from './contract.ts';
import { keepDeadline, withDeadline } from './deadline.ts';
import { httpEntry, type HttpEvent, timeToAnswer } from './entry.ts';
import { idempotencyKeyOf } from './idempotent.ts';

/** A request that was let in and parsed: nothing in it needs another check. */
export interface ParsedRequest<Path, Query, Body> {
  caller: Requester;
  path: Path;
  query: Query;
  body: Body;
  idempotencyKey: string | undefined;
  version: string | undefined;
  /** What the tenant has set for this API. */
  settings: DialectSettings;
  /** Where the client found the API, for the links in an answer: scheme and host. */
  origin: string;
}

/** An HTTP API says by which scheme it was called; the local gateway knows only one. */
const originOf = ({ 'x-forwarded-proto': scheme = 'http', host = 'localhost' }: Headers) => `${scheme}://${host}`;

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined | null)?.[key], value);

/** zod/mini brings no words of its own. */
const words = en().localeError;

/** The value in the schema's terms. The error names the first parameter that is wrong, and never its value. */
const parse = <T>(schema: z.ZodMiniType<T>, value: unknown, whole: string): T => {
  const result = schema.safeParse(value, { error: words });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...unknown];
  const parameter = path.join('.') || whole;
  if (unknown.length > 0)
    throw new InvalidRequest(`${parameter} is not a known parameter`, { fault: 'unknown', parameter });
  if (valueAt(value, path) === undefined)
    throw new InvalidRequest(`${parameter} is required`, { fault: 'missing', parameter });
  throw new InvalidRequest(`${parameter}: ${issue?.message}`, { parameter });
};

/** One route of one API: authenticated, parsed by its contract, answered by its rule. */
export const endpoint = <Path, Query, Body>(
  wire: Wire,
  { permission, path, query, body }: Contract<Path, Query, Body>,
  rule: (request: ParsedRequest<Path, Query, Body>, context: Context) => Promise<Answer>,
) => {
  const tableName = requireEnv('TABLE_NAME');
  const keys = apiKeyStore(documents, tableName);
  const tenants = settingsStore(documents, tableName);
  const hasSettings = Object.keys(wire.settings).length > 0;
  const assertReplayed = tableGate(sealReader(documents, tableName), requireEnv('TABLE_ID'));
  keepDeadline(documents);
  const answer = async (event: HttpEvent, context: Context): Promise<Answer> => {
    // Before the key is looked up: a restored table may still have one that was revoked.
    await assertReplayed();
    const { headers } = event;
    const { tenantId, keyId } = await authenticate(keys, wire, headers, permission);
    logger.appendKeys({ tenantId, keyId });
    const caller = { tenantId, keyId, requestId: event.requestContext.requestId };
    const settings = hasSettings ? await tenants.read(tenantId, wire.name) : {};
    const request = {
      caller,
      settings,
      version: wire.version(headers, settings),
      path: parse(path, event.pathParameters ?? {}, 'path'),
      query: parse(query, event.queryStringParameters ?? {}, 'query'),
      body: parse(body, readBody(event), 'body'),
      idempotencyKey: idempotencyKeyOf(headers),
      origin: originOf(headers),
    };
    return rule(request, context);
  };
  return httpEntry(
    () => wire,
    (event, context) => withDeadline(context.getRemainingTimeInMillis() - timeToAnswer, () => answer(event, context)),
  );
};
