import * as z from 'zod/mini';
import { externalId } from '../../../shared/conversations/external-id.ts';
import { type Contract, conversationIdInPath, noQuery } from '../../../shared/http/contract.ts';
import { partsAtMost } from '../../../shared/redactions/redaction.ts';

// The ledger outlives the content, so a reason is a code or a ticket's number and never a sentence.
const reason = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'must be a code or reference: at most 64 letters, digits or ._- and no free text',
    ),
  );

export const redactConversationRequest = {
  permission: 'messaging:delete',
  path: z.object({ id: conversationIdInPath }),
  query: noQuery,
  body: z._default(
    z.strictObject({
      parts: z.optional(z.array(externalId).check(z.minLength(1), z.maxLength(partsAtMost))),
      reason: z.optional(reason),
    }),
    {},
  ),
} satisfies Contract<unknown, unknown, unknown>;
