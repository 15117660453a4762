import { featurebase } from '../../../shared/dialects/featurebase/featurebase.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { conversationAnswer } from '../conversation-answer.ts';
import { getConversationRequest } from './schema.ts';

export const handler = endpoint(featurebase, getConversationRequest, async ({ caller, path, query }) => ({
  status: 200,
  body: await conversationAnswer(caller.tenantId, path.id, query.include),
}));
