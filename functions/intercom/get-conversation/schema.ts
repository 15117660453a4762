import * as z from 'zod/mini';
import { conversationIdOf } from '../../../shared/dialects/intercom/schema.ts';
import { type Contract, noBody } from '../../../shared/http/contract.ts';

export const getConversationRequest = {
  permission: 'messaging:read',
  path: z.object({
    id: z.pipe(
      z.string(),
      z.transform((id: string) => conversationIdOf(id)),
    ),
  }),
  query: z.object({
    display_as: z
      .optional(z.string())
      .check(z.meta({ description: '`plaintext` for bodies without markup; any other is HTML' })),
  }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
