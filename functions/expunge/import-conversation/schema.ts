import * as z from 'zod/mini';
import { dialectNames } from '../../../shared/dialects/registry.ts';
import { type Contract, fetchFiles, noQuery } from '../../../shared/http/contract.ts';

export const importConversationRequest = {
  permission: 'messaging:create',
  path: z.object({}),
  query: noQuery,
  // The document is the vendor's; its dialect checks it.
  body: z.strictObject({ dialect: z.enum(dialectNames), document: z.looseObject({}), fetchFiles }),
} satisfies Contract<unknown, unknown, unknown>;
