import { augno } from '../../../shared/dialects/augno/augno.ts';
import { includesOf } from '../../../shared/dialects/augno/schema.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { redactionHeaders } from '../../../shared/http/redaction-headers.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import { files } from '../../files.ts';
import { erasures, guards, ledger, now } from '../../stores.ts';
import { workflowOfRequest } from '../../workflow.ts';
import { conversationAnswer } from '../conversation-answer.ts';
import { redactConversationRequest } from './schema.ts';

const redactOnce = idempotent(
  'augno/redact-conversation',
  redact({ guards, erasures, ledger, files, now, workflow: workflowOfRequest }),
  ({ conversationId }) => ({ conversationId }),
);

export const handler = endpoint(augno, redactConversationRequest, async (request, context) => {
  const { caller, path, query, idempotencyKey } = request;
  const command = { caller, conversationId: path.id, scope: { kind: 'messages' }, idempotencyKey } as const;
  const outcome = await redactOnce(command, context);
  const conversation = await conversationAnswer(caller.tenantId, path.id, includesOf(query));
  // Augno answers a redaction with nothing unread, and not with the caller's count.
  return {
    status: 200,
    headers: await redactionHeaders(ledger, caller, outcome),
    body: { ...conversation, unread: 0 },
  };
});
