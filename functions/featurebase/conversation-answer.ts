import type { Json, Part } from '../../shared/conversations/conversation.ts';
import { answerConversation, isSource, originalOf, presentPart } from '../../shared/dialects/featurebase/present.ts';
import type { Includes } from '../../shared/dialects/featurebase/schema.ts';
import { answerBytes, bytesOf } from '../../shared/http/fit.ts';
import { readNewestParts } from '../newest-parts.ts';
import { shown } from '../shown-parts.ts';
import { conversations } from '../stores.ts';

/** Featurebase answers with the most recent parts, so many at most. */
const partsAtMost = 500;

const readSource = async (tenantId: string, conversationId: string) => {
  const first = await shown.readPage(tenantId, conversationId, { from: 0, forward: true, limit: 1 });
  const source = first.parts.find(isSource);
  const originalId = source && originalOf(source);
  const original = originalId === undefined ? undefined : await shown.read(tenantId, conversationId, originalId);
  return { source, original };
};

/** The conversation as it is now, as Featurebase answers it: its source, and of its parts the most recent that fit. */
export const conversationAnswer = async (
  tenantId: string,
  conversationId: string,
  includes: Includes = new Set(),
): Promise<Json> => {
  const first = await readSource(tenantId, conversationId);
  const conversation = await conversations.read(tenantId, conversationId);
  const answerWith = (recent: Part[]) => answerConversation(conversation, { ...first, parts: recent }, includes);
  const recent = await readNewestParts(tenantId, conversationId, {
    most: partsAtMost,
    room: answerBytes - bytesOf(answerWith([])),
    isSource,
    render: (part) => presentPart(part, conversation.people),
  });
  return answerWith(recent);
};
