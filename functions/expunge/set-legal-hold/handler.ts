import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { replayHeaders } from '../../../shared/http/redaction-headers.ts';
import { setLegalHold } from '../../../shared/redactions/set-legal-hold.ts';
import { guards, now } from '../../stores.ts';
import { setLegalHoldRequest } from './schema.ts';

const setOnce = idempotent('expunge/set-legal-hold', setLegalHold({ guards, now }), ({ conversationId, held }) => ({
  conversationId,
  held,
}));

export const handler = endpoint(
  expunge,
  setLegalHoldRequest,
  async ({ caller, path, body, idempotencyKey }, context) => {
    const outcome = await setOnce({ caller, conversationId: path.id, held: body.held, idempotencyKey }, context);
    // A replay says what holds now, which a later request may have changed.
    const { held } = await guards.read(caller.tenantId, path.id);
    return {
      status: 200,
      headers: replayHeaders(outcome),
      body: { object: 'legal_hold', conversationId: path.id, held },
    };
  },
);
