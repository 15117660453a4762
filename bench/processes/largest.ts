import { handler as append } from '../../functions/expunge/append-parts/handler.ts';
import { handler as importConversation } from '../../functions/expunge/import-conversation/handler.ts';
import { call, type Call } from '../../test/support/call.ts';
import { appendOf, importOf, type MakerName } from '../largest-documents.ts';
import { timed } from '../measure.ts';
import { sayReady } from './child.ts';

/** A request to make and to send, with an API key. */
export interface LargestRequest {
  key: string;
  endpoint: 'import' | 'append';
  documents: MakerName;
  parts: number;
  people: number;
}

/** Emulators are slower than DynamoDB, and only CPU is asked for: no request times out. */
const remaining = 3_600_000;

const send = async (handler: unknown, request: Call, expected: number) => {
  const { status, text } = await call(handler, { ...request, remaining });
  if (status !== expected) throw new Error(`Answered ${status}: ${text.slice(0, 500)}`);
};

const prepare = async ({ key, endpoint, documents, parts, people }: LargestRequest) => {
  if (endpoint === 'import') {
    const body = JSON.stringify(importOf(documents, parts, people));
    return { bytes: body.length, run: () => send(importConversation, { key, body }, 201) };
  }
  const { conversationId, before, body } = appendOf(documents, parts, people);
  await send(importConversation, { key, body: before }, 201);
  const text = JSON.stringify(body);
  return { bytes: text.length, run: () => send(append, { key, path: { id: conversationId }, body: text }, 200) };
};

/** Sends the request to the exported handler; gives its size and the CPU that this process took for it, in milliseconds. */
const measure = async (request: LargestRequest) => {
  const { bytes, run } = await prepare(request);
  const { cpu } = await timed(run);
  return { bytes, cpu };
};

process.on('message', (request: LargestRequest) => {
  void measure(request).then((measured) => process.send?.(measured));
});
sayReady({});
