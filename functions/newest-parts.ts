import type { Json, Part } from '../shared/conversations/conversation.ts';
import { bytesOf } from '../shared/http/fit.ts';
import { shown } from './shown-parts.ts';

export interface NewestParts {
  /** As many as the vendor's answers carry. */
  most: number;
  /** The bytes of the answer that are left for them. */
  room: number;
  /** The source message stands among the parts, and in its own place in the answer. */
  isSource: (part: Part) => boolean;
  render: (part: Part) => Json;
}

/** The newest parts of a conversation that an answer can carry, the oldest of them first. */
export const readNewestParts = async (
  tenantId: string,
  conversationId: string,
  { most, room, isSource, render }: NewestParts,
): Promise<Part[]> => {
  const newest: Part[] = [];
  let left = room;
  let from: number | undefined;
  do {
    // One more than is wanted, since the source message may be among them.
    const page = await shown.readPage(tenantId, conversationId, {
      from,
      forward: false,
      limit: most + 1 - newest.length,
    });
    for (const part of page.parts.filter((read) => !isSource(read))) {
      left -= bytesOf(render(part)) + 1;
      if (left < 0 || newest.length === most) return newest.toReversed();
      newest.push(part);
    }
    from = page.next;
  } while (from !== undefined);
  return newest.toReversed();
};
