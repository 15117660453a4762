import type { Answer } from '../../shared/dialects/dialect.ts';
import { isSource, type Presentation, presentPart, presentWhole } from '../../shared/dialects/intercom/present.ts';
import { versionHeader } from '../../shared/dialects/intercom/versions.ts';
import { answerBytes, bytesOf } from '../../shared/http/fit.ts';
import { readNewestParts } from '../newest-parts.ts';
import { shown } from '../shown-parts.ts';
import { conversations } from '../stores.ts';

/** Intercom's own limit. */
const partsAtMost = 500;

/** The conversation as it is now, with its newest parts: at most 500, and fewer where the answer would grow too large. */
export const conversationAnswer = async (
  tenantId: string,
  conversationId: string,
  presentation: Presentation,
): Promise<Answer> => {
  const conversation = await conversations.read(tenantId, conversationId);
  const sourceId = conversation.structure.source;
  const source = typeof sourceId === 'string' ? await shown.read(tenantId, conversationId, sourceId) : undefined;
  const first = source ? [source] : [];
  const newest = await readNewestParts(tenantId, conversationId, {
    most: partsAtMost,
    room: answerBytes - bytesOf(presentWhole(conversation, first, presentation)),
    isSource,
    // The newest form is the largest that a part has.
    render: (part) => presentPart(part, conversation.people),
  });
  return {
    status: 200,
    headers: versionHeader(presentation.version),
    body: presentWhole(conversation, [...first, ...newest], presentation),
  };
};
