import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { redactionHeaders } from '../../../shared/http/redaction-headers.ts';
import { files } from '../../files.ts';
import { erasures, guards, ledger, now, parts } from '../../stores.ts';
import { workflowOfRequest } from '../../workflow.ts';
import { presentRedaction } from '../present-redaction.ts';
import { redactTarget } from './redact-target.ts';
import { redactConversationRequest } from './schema.ts';

const redactOnce = idempotent(
  'expunge/redact-conversation',
  redactTarget({ guards, erasures, ledger, files, parts, now, workflow: workflowOfRequest }),
  ({ conversationId, target, reason }) => ({ conversationId, ...target, reason: reason ?? null }),
);

export const handler = endpoint(expunge, redactConversationRequest, async (request, context) => {
  const { caller, path, body, idempotencyKey } = request;
  const command = { caller, conversationId: path.id, ...body, idempotencyKey };
  const outcome = await redactOnce(command, context);
  const { redactionId: id, conversationId } = outcome.receipt;
  const redaction = await ledger.read({ tenantId: caller.tenantId, conversationId, id });
  return { status: 200, headers: await redactionHeaders(ledger, caller, outcome), body: presentRedaction(redaction) };
});
