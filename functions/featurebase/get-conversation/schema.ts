import * as z from 'zod/mini';
import { include, pathConversationId } from '../../../shared/dialects/featurebase/schema.ts';
import { type Contract, noBody } from '../../../shared/http/contract.ts';

export const getConversationRequest = {
  permission: 'messaging:read',
  path: z.object({ id: pathConversationId }),
  query: z.object({ include }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
