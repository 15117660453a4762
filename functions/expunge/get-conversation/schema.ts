import * as z from 'zod/mini';
import {
  type Contract,
  conversationIdInPath,
  noBody,
  pageLimit,
  sequenceCursor,
} from '../../../shared/http/contract.ts';

export const getConversationRequest = {
  permission: 'messaging:read',
  path: z.object({ id: conversationIdInPath }),
  query: z.strictObject({ cursor: z.optional(sequenceCursor), limit: pageLimit(500, 100) }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
