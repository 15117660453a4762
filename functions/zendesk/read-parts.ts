import type { Part } from '../../shared/conversations/conversation.ts';
import { parts } from '../stores.ts';

const partsAtOnce = 1000;

/** All parts of a ticket, in order and without links: most are not answered. Throws ConversationNotFound. */
export async function* readParts(tenantId: string, conversationId: string): AsyncGenerator<Part> {
  let from: number | undefined = 0;
  while (from !== undefined) {
    const page = await parts.readPage(tenantId, conversationId, { from, forward: true, limit: partsAtOnce });
    yield* page.parts;
    from = page.next;
  }
}
