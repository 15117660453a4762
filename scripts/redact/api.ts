import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { conversationAnswer, redactionAnswer } from '../../shared/dialects/expunge/answers.ts';

/** Where the API is, and the key for it. */
export interface Service {
  url: string;
  key: string;
}

// Not strict, as the API's own test of it is: a newer stage may say more.
const redaction = z.object(redactionAnswer.shape);
const redactionPage = z.object({ data: z.array(redaction), nextCursor: z.string().nullable() });
export type Redaction = z.infer<typeof redaction>;

const { legalHold, nextSequence, changedAt, nextCursor } = conversationAnswer.shape;
const parts = z.array(z.object({ changedAt }));
const conversationPage = z.object({ legalHold, nextSequence, changedAt, parts, nextCursor });
export type ConversationPage = z.infer<typeof conversationPage>;

/** What is to be redacted, in the words of the request. */
export type Target = { scope: 'conversation' } | { parts: string[] };

/** Its own errors, and those that the API Gateway has before a function is asked. */
const failure = z.union([
  z
    .object({ error: z.object({ code: z.string(), message: z.string(), requestId: z.string() }) })
    .transform(({ error }) => error),
  z.object({ message: z.string() }).transform(({ message }) => ({ code: undefined, message, requestId: undefined })),
]);

/** An answer that asking again would not change. */
export class ApiRefusal extends Error {
  override readonly name = 'ApiRefusal';
  readonly code: string | undefined;
  constructor(message: string, code?: string) {
    super(message);
    this.code = code;
  }
}

/** No answer, or one that says to ask again; `waitMs` if it says when. */
export class ApiUnavailable extends Error {
  override readonly name = 'ApiUnavailable';
  readonly waitMs: number | undefined;
  constructor(message: string, waitMs?: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const failureOf = ({ status, headers }: Response, body: unknown): Error => {
  const { code, message, requestId } = failure.safeParse(body).data ?? { message: 'The service gives no reason' };
  const text = `${message} (${[`${status}`, code, requestId && `request ${requestId}`].filter(Boolean).join(', ')})`;
  const transient = status >= 500 || status === 429 || code === 'idempotency_in_progress';
  if (!transient) return new ApiRefusal(text, code);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  return new ApiUnavailable(text, Number.isNaN(seconds) ? undefined : seconds * 1000);
};

const causeOf = (error: unknown): string => {
  const { cause, message } = error as Error & { cause?: { code?: string; message?: string } };
  return cause?.code ?? cause?.message ?? message;
};

type Asked = { method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal };

// API Gateway gives up after 30 s itself.
const answerWithinMs = 35_000;

/** What the command asks of the redactions of one conversation; each method asks once. */
export const redactionsOf = ({ url, key }: Service, conversation: string) => {
  const path = `${url}/v1/conversations/${encodeURIComponent(conversation)}`;

  const ask = async <T>(schema: z.ZodType<T>, address: string, init: Asked = {}): Promise<T> => {
    const headers = { authorization: `Bearer ${key}`, ...init.headers };
    const signal = AbortSignal.any([AbortSignal.timeout(answerWithinMs), ...(init.signal ? [init.signal] : [])]);
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(address, { ...init, headers, signal, redirect: 'manual' });
      text = await answer.text();
    } catch (error) {
      init.signal?.throwIfAborted();
      throw new ApiUnavailable(`No answer from ${url}: ${causeOf(error)}`);
    }
    if (!answer.ok) throw failureOf(answer, jsonOf(text));
    const parsed = schema.safeParse(jsonOf(text));
    if (!parsed.success) throw new ApiRefusal(`What answers at ${url} is not Expunge's API`);
    return parsed.data;
  };

  return {
    read: (id: string, signal?: AbortSignal): Promise<Redaction> =>
      ask(redaction, `${path}/redactions/${encodeURIComponent(id)}`, signal ? { signal } : {}),

    /** A page of the conversation, from that sequence on. */
    page: (cursor: string, limit: number) => ask(conversationPage, `${path}?limit=${limit}&cursor=${cursor}`),

    /** A page of the ledger, and the cursor of the next. */
    list: (cursor: string | null) =>
      ask(
        redactionPage,
        `${path}/redactions?limit=100${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
      ),

    /** The same key again takes up the same redaction. */
    redact: (idempotencyKey: string, target: Target, reason: string | undefined): Promise<Redaction> =>
      ask(redaction, `${path}/actions/redact`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
        body: JSON.stringify({ ...target, reason }),
      }),
  };
};

interface Patience {
  attempts: number;
  onRetry: (note: string) => void;
  signal?: AbortSignal;
}

/** Asks again while the API is unavailable, after 1, 2, 4 … and at most 30 s, or when the answer said. */
export const retried = async <T>(ask: () => Promise<T>, { attempts, onRetry, signal }: Patience): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof ApiUnavailable) || attempt >= attempts) throw error;
      const waitMs = Math.min(error.waitMs ?? 1000 * 2 ** (attempt - 1), 30_000);
      onRetry(`${error.message}; asks again in ${waitMs / 1000} s`);
      await sleep(waitMs, undefined, signal ? { signal } : {});
    }
  }
};
