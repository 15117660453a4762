import type { Part } from '../../../shared/conversations/conversation.ts';
import { featurebase } from '../../../shared/dialects/featurebase/featurebase.ts';
import { requireRedaction } from '../../../shared/dialects/featurebase/versions.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { redactionHeaders } from '../../../shared/http/redaction-headers.ts';
import { files } from '../../files.ts';
import { erasures, guards, ledger, now, parts } from '../../stores.ts';
import { conversationAnswer } from '../conversation-answer.ts';
import { redactMessage } from './redact-message.ts';
import { redactRequest } from './schema.ts';

const redactOnce = idempotent(
  'featurebase/redact',
  redactMessage({ guards, erasures, ledger, files, parts, now }),
  ({ conversationId, partId, actingAs = null }) => ({ conversationId, partId, actingAs }),
);

export const handler = endpoint(featurebase, redactRequest, async (request, context) => {
  const { caller, body, version, idempotencyKey } = request;
  const { conversationId, conversationPartId: partId, actingAdminId } = body;
  requireRedaction(version);
  const command = {
    caller,
    conversationId,
    partId,
    redactable: (part: Part) => featurebase.redactable(part),
    actingAs: actingAdminId === undefined ? 'bot' : `admin:${actingAdminId}`,
    idempotencyKey,
  };
  const outcome = await redactOnce(command, context);
  const conversation = await conversationAnswer(caller.tenantId, conversationId);
  return { status: 200, headers: await redactionHeaders(ledger, caller, outcome), body: conversation };
});
