import { intercom } from '../../../shared/dialects/intercom/intercom.ts';
import { redactable } from '../../../shared/dialects/intercom/present.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { redactionHeaders } from '../../../shared/http/redaction-headers.ts';
import { files } from '../../files.ts';
import { erasures, guards, ledger, now, parts } from '../../stores.ts';
import { conversationAnswer } from '../conversation-answer.ts';
import { redactMessage } from './redact-message.ts';
import { redactRequest } from './schema.ts';

const redactOnce = idempotent(
  'intercom/redact',
  redactMessage({ guards, erasures, ledger, files, parts, now }),
  ({ conversationId, partId }) => ({ conversationId, partId }),
);

export const handler = endpoint(intercom, redactRequest, async (request, context) => {
  const { caller, body, idempotencyKey, version } = request;
  const command = { caller, ...body, redactable, idempotencyKey };
  const outcome = await redactOnce(command, context);
  const answer = await conversationAnswer(caller.tenantId, body.conversationId, { version: version! });
  return { ...answer, headers: { ...answer.headers, ...(await redactionHeaders(ledger, caller, outcome)) } };
});
