import { dialectOf } from '../../../shared/conversations/ids.ts';
import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { presentConversation, presentPart } from '../../../shared/dialects/expunge/present.ts';
import { dialectNamed } from '../../../shared/dialects/registry.ts';
import { ConversationNotFound } from '../../../shared/errors.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { answerBytes, bytesOf, fitting } from '../../../shared/http/fit.ts';
import { shown } from '../../shown-parts.ts';
import { conversations } from '../../stores.ts';
import { getConversationRequest } from './schema.ts';

export const handler = endpoint(expunge, getConversationRequest, async ({ caller, path, query }) => {
  const dialect = dialectNamed(dialectOf(path.id));
  if (!dialect) throw new ConversationNotFound();
  const { cursor: from, limit } = query;
  const conversation = await conversations.read(caller.tenantId, path.id);
  const head = presentConversation(dialect, conversation);
  const page = await shown.readPage(caller.tenantId, path.id, { from, forward: true, limit });
  const { rendered, left } = await fitting(page.parts, answerBytes - bytesOf(head), (part) =>
    presentPart(dialect, conversation.people, part),
  );
  const next = left?.sequence ?? page.next;
  return { status: 200, body: { ...head, parts: rendered, nextCursor: next === undefined ? null : String(next) } };
});
