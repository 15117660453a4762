import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import type { Context } from 'aws-lambda';
import { dynamodb } from '../clients.ts';
import type { Headers } from '../dialects/dialect.ts';
import { requireEnv } from '../env.ts';
import { IdempotencyInProgress, IdempotencyKeyReused, InvalidRequest } from '../errors.ts';
import { idempotencyKeyLifetime, type RequestKey } from '../redactions/redaction.ts';
import { IdempotencyRecords } from './idempotency-records.ts';

/** How long a record outlives the function that is at work on it, in milliseconds: hosts' clocks differ. */
export const lockMargin = 1_000;

/** What came of an operation, and whether it had come of it before. */
export interface Outcome<Receipt> {
  receipt: Receipt;
  replayed: boolean;
}

/** The key of the request, if it has one: 1 to 255 visible characters; as a structured-field string, without its quotes. */
export const idempotencyKeyOf = (headers: Headers): string | undefined => {
  const header = headers['idempotency-key'];
  if (header === undefined) return undefined;
  const key = header.trim().replace(/^"(.*)"$/, '$1');
  if (!/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new InvalidRequest('Idempotency-Key must be 1 to 255 visible ASCII characters', {
      parameter: 'Idempotency-Key',
    });
  }
  return key;
};

const config = () =>
  new IdempotencyConfig({
    eventKeyJmesPath: 'record',
    payloadValidationJmesPath: 'fingerprint',
    hashFunction: 'sha256',
    expiresAfterSeconds: idempotencyKeyLifetime / 1000,
    throwOnNoIdempotencyKey: true,
    // A stored receipt is given back only here, which is how a replay is known.
    responseHook: (receipt) => ({ receipt, replayed: true }),
  });

const translated = (error: unknown, key: string): unknown => {
  if (!(error instanceof Error)) return error;
  if (error.name === 'IdempotencyValidationError') return new IdempotencyKeyReused(key);
  // Inconsistent: the record expired or was released while it was read, so another attempt is just ending.
  if (error.name === 'IdempotencyAlreadyInProgressError' || error.name === 'IdempotencyInconsistentStateError') {
    return new IdempotencyInProgress(key);
  }
  return error.name === 'IdempotencyPersistenceLayerError' ? (error.cause ?? error) : error;
};

/**
 * Makes an operation take effect once per tenant, route and Idempotency-Key, for 30 days. What is stored is
 * the receipt that it gives back, ids and counts, never a response; `fingerprint` picks the ids that make
 * it the same request, never a text, since a digest of a short text is the text. A failed one frees the key.
 * The record is no transaction: the operation gets the key, to take up what an earlier attempt began.
 */
export const idempotent = <Command extends { caller: { tenantId: string } }, Receipt>(
  route: string,
  operation: (command: Command, requestKey: RequestKey | undefined) => Promise<Receipt>,
  fingerprint: (command: Command) => Record<string, unknown>,
): ((command: Command & { idempotencyKey: string | undefined }, context: Context) => Promise<Outcome<Receipt>>) => {
  // A receipt is of what was done in one table: a restored one may lack it. The operation's own ids do not depend on the table.
  const tableId = requireEnv('TABLE_ID');
  const idempotencyConfig = config();
  const persistenceStore = new IdempotencyRecords(dynamodb, requireEnv('IDEMPOTENCY_TABLE_NAME'));
  const once = makeIdempotent(
    async (_: unknown, run: () => Promise<unknown>): Promise<unknown> => run(),
    // The prefix is the route and not the function's name, which a new deployment may change.
    { persistenceStore, config: idempotencyConfig, keyPrefix: route },
  );

  return async (command, context) => {
    const { caller, idempotencyKey: key } = command;
    if (key === undefined) return { receipt: await operation(command, undefined), replayed: false };
    idempotencyConfig.registerLambdaContext({
      ...context,
      // A fraction of a millisecond more: by the end of its lock an operation knows its own record (idempotency-records.ts).
      getRemainingTimeInMillis: () => context.getRemainingTimeInMillis() + lockMargin + Math.random(),
    });
    let ran = false;
    const run = () => {
      ran = true;
      return operation(command, { route, key });
    };
    try {
      const result = await once({ record: [tableId, caller.tenantId, key], fingerprint: fingerprint(command) }, run);
      return ran ? { receipt: result as Receipt, replayed: false } : (result as Outcome<Receipt>);
    } catch (error) {
      throw translated(error, key);
    }
  };
};
