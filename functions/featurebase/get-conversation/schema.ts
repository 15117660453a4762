import * as z from 'zod';
import { includes, pathConversationId } from '../../../shared/dialects/featurebase/schema.ts';
import { type Contract, noBody } from '../../../shared/http/contract.ts';

export const getConversationRequest = {
  permission: 'messaging:read',
  path: z.object({ id: pathConversationId }),
  query: includes,
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
