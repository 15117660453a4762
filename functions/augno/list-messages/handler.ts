import { augno } from '../../../shared/dialects/augno/augno.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { listMessages } from './list-messages.ts';
import { listMessagesRequest } from './schema.ts';

export const handler = endpoint(augno, listMessagesRequest, async ({ caller, path, query }) => ({
  status: 200,
  body: await listMessages(caller.tenantId, path.id, query),
}));
