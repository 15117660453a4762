import * as z from 'zod/mini';
import { augnoId, conversationInclude } from '../../../shared/dialects/augno/schema.ts';
import { type Contract, noBody } from '../../../shared/http/contract.ts';

export const redactConversationRequest = {
  permission: 'messaging:delete',
  path: z.object({ id: augnoId }),
  query: z.object(conversationInclude),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
