import { createHash } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import type { Run } from '../conversations/cell.ts';
import type { Masking } from '../conversations/masking.ts';
import type { Watermark } from '../conversations/guard.ts';

/** How many parts one redaction may name: more than a person picks by hand. A whole conversation needs no list. */
export const partsAtMost = 100;

/**
 * What a redaction covers: `conversation` everything, its own text included; `messages` the content of
 * every part, but not what the vendor's redaction leaves; `parts` all that the named parts hold; `spans`
 * stretches of one part's text, as that was in the given version of its cell.
 */
export type Scope =
  | { kind: 'conversation' }
  | { kind: 'messages' }
  | { kind: 'parts'; partIds: string[] }
  | { kind: 'spans'; partIds: string[]; masking: Masking; version: number };

/** docs/data-model.md draws them: requested → erasing → completed, with halted beside and refused instead. */
export type RedactionState = 'requested' | 'erasing' | 'halted' | 'completed' | 'refused';

/** Who asks for a redaction, by which API key, and the id of the HTTP request that does. */
export interface Requester {
  tenantId: string;
  keyId: string;
  requestId: string;
}

/** One accepted command and how far it came: ids, counts and times, never content. */
export interface Redaction {
  id: string;
  tenantId: string;
  conversationId: string;
  scope: Scope;
  state: RedactionState;
  /** How often it was asked for: again after it was refused, or its request had died. A write names the attempt that it belongs to. Older entries have none. */
  attempt?: number | undefined;
  /** The id of the API key that asked for it. */
  actor: string;
  /** The first HTTP request that asked for it: `correlation_id` of the log lines of all that follows. */
  requestId?: string | undefined;
  /** The person or bot that the caller named as acting. */
  actingAs?: string | undefined;
  /** A code or a reference of the caller's, never free text. */
  reason?: string | undefined;
  /** Milliseconds. */
  requestedAt: number;
  acceptedAt?: number | undefined;
  /** When the workflow first took it up, if it is one that runs there. */
  startedAt?: number | undefined;
  completedAt?: number | undefined;
  /** The last sequence that was reserved when it was requested: a watermark below it was not this one's. */
  requestedThrough: number;
  /** What is to be erased: a run for a whole conversation, else sequences. */
  run?: Run | undefined;
  sequences?: number[] | undefined;
  /** Buckets in a chunk, kept here so that a deployment with another size doesn't renumber a run half-way. */
  chunkBuckets?: number | undefined;
  /** Every chunk below this number is erased and counted; those above it stand in `finished`. */
  finishedBefore?: number | undefined;
  finished?: number[] | undefined;
  /** Executions that ended without settling it; the next one gets this number. */
  endedExecutions?: number | undefined;
  failures?: number | undefined;
  /** The name of the error that ended the last execution, and when. */
  lastFailure?: { error: string; at: number } | undefined;
  /** Cells that were erased or burnt; of one that a hold refused half-way, those before it. */
  cells?: number | undefined;
  /** Whether no cell in scope holds content any more, by a count after the erasure. */
  verified?: boolean | undefined;
}

/** How long a key means the same request; the longest that a client may count on, in milliseconds. */
export const idempotencyKeyLifetime = 30 * 24 * 60 * 60 * 1000;

/** What the idempotency record of a redaction holds, and all that an answer is rendered from. */
export interface RedactionReceipt {
  redactionId: string;
  conversationId: string;
  state: RedactionState;
  acceptedAt: number;
}

/** The watermark that a scope raises; named parts are erased at once and need none. */
export const watermarkOf = ({ kind }: Pick<Scope, 'kind'>): Watermark | undefined => {
  if (kind === 'conversation') return 'cleared';
  return kind === 'messages' ? 'redacted' : undefined;
};

/** Whether the scope covers what the vendor's own redaction leaves standing. */
export const clears = ({ kind }: Pick<Scope, 'kind'>): boolean => kind !== 'messages';

/** A client's idempotency key and the route that it was sent to: the same key on another route is another key. */
export interface RequestKey {
  route: string;
  key: string;
}

/**
 * 32 hexadecimal digits. With a request key the id follows from it and from the target, so that a retry
 * after a crash takes up the same redaction; without, it is random and ordered by time.
 */
export const redactionIdOf = (tenantId: string, conversationId: string, requestKey: RequestKey | undefined): string =>
  requestKey === undefined
    ? uuidv7().replaceAll('-', '')
    : createHash('sha256')
        .update(JSON.stringify([tenantId, requestKey.route, conversationId, requestKey.key]))
        .digest('hex')
        .slice(0, 32);

/** Whether nothing is left to do for it. */
export const isSettled = ({ state }: Redaction): boolean => state === 'completed' || state === 'refused';

/** The answer's view of a redaction, for the idempotency record. */
export const receiptOf = ({ id, conversationId, state, acceptedAt }: Redaction): RedactionReceipt => ({
  redactionId: id,
  conversationId,
  state,
  acceptedAt: acceptedAt ?? 0,
});
