import * as z from 'zod';
import { conversationIdOf } from '../../../shared/dialects/intercom/schema.ts';
import { type Contract, noBody } from '../../../shared/http/contract.ts';

export const getConversationRequest = {
  permission: 'messaging:read',
  path: z.object({ id: z.string().transform(conversationIdOf) }),
  // Any other value means what none does: HTML.
  query: z.object({ display_as: z.string().optional() }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
