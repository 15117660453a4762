import { dialectOf } from '../../../shared/conversations/ids.ts';
import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { presentConversation } from '../../../shared/dialects/expunge/present.ts';
import { dialectNamed } from '../../../shared/dialects/registry.ts';
import { ConversationNotFound } from '../../../shared/errors.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { conversations, parts } from '../../stores.ts';
import { getConversationRequest } from './schema.ts';

export const handler = endpoint(expunge, getConversationRequest, async ({ caller, path, query }) => {
  const dialect = dialectNamed(dialectOf(path.id));
  if (!dialect) throw new ConversationNotFound();
  const { cursor: from, limit } = query;
  const page = await parts.readPage(caller.tenantId, path.id, { from, forward: true, limit });
  const conversation = await conversations.read(caller.tenantId, path.id);
  const nextCursor = page.next === undefined ? null : String(page.next);
  return { status: 200, body: presentConversation(dialect, conversation, page.parts, nextCursor) };
});
