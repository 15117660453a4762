import * as z from 'zod/mini';
import { augnoId, conversationInclude } from '../../../shared/dialects/augno/schema.ts';
import { type Contract, noBody } from '../../../shared/http/contract.ts';

export const getConversationRequest = {
  permission: 'messaging:read',
  path: z.object({ id: augnoId }),
  query: z.object(conversationInclude),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
