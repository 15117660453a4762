import { zendesk } from '../../../shared/dialects/zendesk/zendesk.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { listAudits } from './list-audits.ts';
import { listAuditsRequest } from './schema.ts';

export const handler = endpoint(zendesk, listAuditsRequest, async ({ caller, path, query, origin }) => ({
  status: 200,
  body: await listAudits(caller.tenantId, path.ticket_id, query, origin),
}));
