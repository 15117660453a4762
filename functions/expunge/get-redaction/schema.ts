import * as z from 'zod/mini';
import { type Contract, conversationIdInPath, idInPath, noBody, noQuery } from '../../../shared/http/contract.ts';

export const getRedactionRequest = {
  permission: 'messaging:read',
  path: z.object({ id: conversationIdInPath, redactionId: idInPath }),
  query: noQuery,
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
