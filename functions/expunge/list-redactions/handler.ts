import { expunge } from '../../../shared/dialects/expunge/expunge.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { guards, ledger } from '../../stores.ts';
import { presentRedaction } from '../present-redaction.ts';
import { listRedactionsRequest } from './schema.ts';

export const handler = endpoint(expunge, listRedactionsRequest, async ({ caller, path, query }) => {
  await guards.read(caller.tenantId, path.id);
  const { redactions, next } = await ledger.list(caller.tenantId, path.id, { limit: query.limit, after: query.cursor });
  return { status: 200, body: { object: 'list', data: redactions.map(presentRedaction), nextCursor: next ?? null } };
});
