import * as z from 'zod';
import { type Contract, conversationIdInPath, noBody, pageLimit, redactionId } from '../../../shared/http/contract.ts';

export const listRedactionsRequest = {
  permission: 'messaging:read',
  path: z.object({ id: conversationIdInPath }),
  query: z.object({ cursor: redactionId.optional(), limit: pageLimit(100, 50) }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
