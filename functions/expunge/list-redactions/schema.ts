import * as z from 'zod/mini';
import { type Contract, conversationIdInPath, noBody, pageLimit, redactionId } from '../../../shared/http/contract.ts';

export const listRedactionsRequest = {
  permission: 'messaging:read',
  path: z.object({ id: conversationIdInPath }),
  query: z.strictObject({ cursor: z.optional(redactionId), limit: pageLimit(100, 50) }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
