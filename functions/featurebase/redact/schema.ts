import * as z from 'zod/mini';
import { bodyConversationId, shortId } from '../../../shared/dialects/featurebase/schema.ts';
import { type Contract, unreadQuery } from '../../../shared/http/contract.ts';

export const redactRequest = {
  permission: 'messaging:delete',
  path: z.object({}),
  query: unreadQuery,
  body: z.strictObject({
    type: z.literal('conversation_part', { error: 'must be conversation_part' }),
    conversationId: bodyConversationId,
    conversationPartId: shortId,
    actingAdminId: z.optional(
      z.string().check(z.regex(/^[0-9a-fA-F]{24}$/, 'must be the id of an admin: 24 hexadecimal digits')),
    ),
  }),
} satisfies Contract<unknown, unknown, unknown>;
