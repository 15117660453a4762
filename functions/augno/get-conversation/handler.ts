import { augno } from '../../../shared/dialects/augno/augno.ts';
import { includesOf } from '../../../shared/dialects/augno/schema.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { conversationAnswer } from '../conversation-answer.ts';
import { getConversationRequest } from './schema.ts';

export const handler = endpoint(augno, getConversationRequest, async ({ caller, path, query }) => ({
  status: 200,
  body: await conversationAnswer(caller.tenantId, path.id, includesOf(query)),
}));
