import type { Json, Part } from '../../shared/conversations/conversation.ts';
import { answerConversation, isSource, originalOf, presentPart } from '../../shared/dialects/featurebase/present.ts';
import type { Includes } from '../../shared/dialects/featurebase/schema.ts';
import { answerBytes } from '../../shared/http/fit.ts';
import { conversations, parts } from '../stores.ts';

/** Featurebase answers with the most recent parts, so many at most. */
const partsAtMost = 500;

/** What a value takes of a function's answer, where its JSON is a string in JSON once more. */
const bytesOf = (value: Json) => Buffer.byteLength(JSON.stringify(JSON.stringify(value)));

const readSource = async (tenantId: string, conversationId: string) => {
  const first = await parts.readPage(tenantId, conversationId, { from: 0, forward: true, limit: 1 });
  const source = first.parts.find(isSource);
  const originalId = source && originalOf(source);
  const original = originalId === undefined ? undefined : await parts.read(tenantId, conversationId, originalId);
  return { source, original };
};

async function* newestFirst(tenantId: string, conversationId: string): AsyncGenerator<Part> {
  let from: number | undefined;
  do {
    const page = await parts.readPage(tenantId, conversationId, { from, forward: false, limit: partsAtMost + 1 });
    yield* page.parts;
    from = page.next;
  } while (from !== undefined);
}

/** The conversation as it is now, as Featurebase answers it: its source, and of its parts the most recent that fit. */
export const conversationAnswer = async (
  tenantId: string,
  conversationId: string,
  includes: Includes = new Set(),
): Promise<Json> => {
  const first = await readSource(tenantId, conversationId);
  const conversation = await conversations.read(tenantId, conversationId);
  const answerWith = (recent: Part[]) => answerConversation(conversation, { ...first, parts: recent }, includes);

  const recent: Part[] = [];
  let left = answerBytes - bytesOf(answerWith([]));
  for await (const part of newestFirst(tenantId, conversationId)) {
    left -= bytesOf(presentPart(part, conversation.people));
    if (isSource(part) || recent.length === partsAtMost || left < 0) break;
    recent.unshift(part);
  }
  return answerWith(recent);
};
