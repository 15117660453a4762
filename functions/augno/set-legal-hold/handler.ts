import { augno } from '../../../shared/dialects/augno/augno.ts';
import { includesOf } from '../../../shared/dialects/augno/schema.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { replayHeaders } from '../../../shared/http/redaction-headers.ts';
import { setLegalHold } from '../../../shared/redactions/set-legal-hold.ts';
import { guards, now } from '../../stores.ts';
import { conversationAnswer } from '../conversation-answer.ts';
import { setLegalHoldRequest } from './schema.ts';

const setOnce = idempotent('augno/set-legal-hold', setLegalHold({ guards, now }), ({ conversationId, held }) => ({
  conversationId,
  held,
}));

export const handler = endpoint(augno, setLegalHoldRequest, async (request, context) => {
  const { caller, path, query, body, idempotencyKey } = request;
  const held = body.legal_hold === 'held';
  const outcome = await setOnce({ caller, conversationId: path.id, held, idempotencyKey }, context);
  const conversation = await conversationAnswer(caller.tenantId, path.id, includesOf(query));
  return { status: 200, headers: replayHeaders(outcome), body: conversation };
});
