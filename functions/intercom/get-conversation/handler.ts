import { intercom } from '../../../shared/dialects/intercom/intercom.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { conversationAnswer } from '../conversation-answer.ts';
import { getConversationRequest } from './schema.ts';

export const handler = endpoint(intercom, getConversationRequest, ({ caller, path, query, version }) =>
  conversationAnswer(caller.tenantId, path.id, { version: version!, plainText: query.display_as === 'plaintext' }),
);
