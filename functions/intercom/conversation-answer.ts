import type { Conversation, Part } from '../../shared/conversations/conversation.ts';
import type { Answer } from '../../shared/dialects/dialect.ts';
import { isSource, type Presentation, presentPart, presentWhole } from '../../shared/dialects/intercom/present.ts';
import { versionHeader } from '../../shared/dialects/intercom/versions.ts';
import { conversations, parts } from '../stores.ts';

/** Intercom's own limit. */
const partsAtMost = 500;

/** A function's answer ends at 6 MB, of which the envelope and the headers need some. */
const bytesAtMost = 5_500_000;

const bytesOf = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

/** The newest parts, newest first, until there are enough or no more would fit. */
const readNewest = async (tenantId: string, { id, people }: Conversation, room: number): Promise<Part[]> => {
  const newest: Part[] = [];
  let left = room;
  let from: number | undefined;
  do {
    // One more than is wanted, since the source message may be among them.
    const limit = partsAtMost + 1 - newest.length;
    const page = await parts.readPage(tenantId, id, { from, forward: false, limit });
    for (const part of page.parts.filter((read) => !isSource(read))) {
      // The newest form is the largest that a part has.
      left -= bytesOf(presentPart(part, people)) + 1;
      if (left < 0 || newest.length === partsAtMost) return newest;
      newest.push(part);
    }
    from = page.next;
  } while (from !== undefined);
  return newest;
};

/** The conversation as it is now, with its newest parts: at most 500, and fewer where the answer would grow too large. */
export const conversationAnswer = async (
  tenantId: string,
  conversationId: string,
  presentation: Presentation,
): Promise<Answer> => {
  const conversation = await conversations.read(tenantId, conversationId);
  const sourceId = conversation.structure.source;
  const source = typeof sourceId === 'string' ? await parts.read(tenantId, conversationId, sourceId) : undefined;
  const first = source ? [source] : [];
  const room = bytesAtMost - bytesOf(presentWhole(conversation, first, presentation));
  const newest = await readNewest(tenantId, conversation, room);
  return {
    status: 200,
    headers: versionHeader(presentation.version),
    body: presentWhole(conversation, [...first, ...newest.toReversed()], presentation),
  };
};
