import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { guards, ledger } from '../../stores.ts';
import { presentRedaction } from '../present-redaction.ts';
import { getRedactionRequest } from './schema.ts';

export const handler = endpoint(expunge, getRedactionRequest, async ({ caller, path }) => {
  await guards.read(caller.tenantId, path.id);
  const ref = { tenantId: caller.tenantId, conversationId: path.id, id: path.redactionId };
  return { status: 200, body: presentRedaction(await ledger.read(ref)) };
});
