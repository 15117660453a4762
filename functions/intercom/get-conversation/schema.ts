import * as z from 'zod';
import { conversationIdOf } from '../../../shared/dialects/intercom/schema.ts';
import { type Contract, noBody } from '../../../shared/http/contract.ts';

export const getConversationRequest = {
  permission: 'messaging:read',
  path: z.object({ id: z.string().transform(conversationIdOf) }),
  query: z.object({
    display_as: z.string().optional().meta({ description: '`plaintext` for bodies without markup; any other is HTML' }),
  }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
