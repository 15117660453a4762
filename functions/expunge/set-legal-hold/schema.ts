import * as z from 'zod/mini';
import { type Contract, conversationIdInPath, noQuery } from '../../../shared/http/contract.ts';

export const setLegalHoldRequest = {
  permission: 'messaging:update',
  path: z.object({ id: conversationIdInPath }),
  query: noQuery,
  body: z.strictObject({ held: z.boolean() }),
} satisfies Contract<unknown, unknown, unknown>;
