import * as z from 'zod/mini';
import { augnoId, conversationInclude } from '../../../shared/dialects/augno/schema.ts';
import type { Contract } from '../../../shared/http/contract.ts';

export const setLegalHoldRequest = {
  permission: 'messaging:update',
  path: z.object({ id: augnoId }),
  query: z.object(conversationInclude),
  body: z.object({ legal_hold: z.enum(['released', 'held']) }),
} satisfies Contract<unknown, unknown, unknown>;
