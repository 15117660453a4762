import * as z from 'zod/mini';
import { externalId } from '../../../shared/conversations/external-id.ts';
import { InvalidRequest } from '../../../shared/errors.ts';
import { type Contract, conversationIdInPath, noQuery } from '../../../shared/http/contract.ts';
import { partsAtMost } from '../../../shared/redactions/redaction.ts';
import type { RedactionTarget } from './redact-target.ts';

// The ledger outlives the content, so a reason is a code or a ticket's number and never a sentence.
const reason = z
  .string()
  .check(
    z.regex(
      /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
      'must be a code or reference: at most 64 letters, digits or ._- and no free text',
    ),
  );

const forms = 'send exactly one of {"scope": "conversation"} and {"parts": ["<part id>", …]}; a "reason" is optional';

/** What names the target of a redaction: every form of the request has one of these, and no other has the same. */
const targets = {
  scope: z.optional(z.literal('conversation', forms)),
  parts: z.optional(
    z
      .array(externalId, forms)
      .check(z.minLength(1, forms), z.maxLength(partsAtMost, `must name at most ${partsAtMost} parts`)),
  ),
};

/**
 * Refuses a body that names no target or two, or has a member that nobody knows. A request that was misread
 * destroys more than its sender meant. Comes before the schema, whose refusals do not name the forms.
 */
const withOneTarget = (body: unknown): unknown => {
  const given = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
  const named = Object.keys(given).filter((member) => member !== 'reason');
  const unknown = named.find((member) => !Object.hasOwn(targets, member));
  if (unknown !== undefined)
    throw new InvalidRequest(`${unknown} is not a known parameter: ${forms}`, { fault: 'unknown', parameter: unknown });
  if (named.length !== 1) throw new InvalidRequest(`body: ${forms}`, { parameter: 'body' });
  return body;
};

const body = z.strictObject({ ...targets, reason: z.optional(reason) }).check(
  z.meta({
    oneOf: Object.keys(targets).map((target) => ({ required: [target] })),
    examples: [{ scope: 'conversation', reason: 'GDPR-17' }, { parts: ['mg_1', 'mg_2'] }],
  }),
);

/** A form that is missing here names no parts, and never the whole conversation. */
const targetOf = ({ scope, parts = [] }: z.infer<typeof body>): RedactionTarget =>
  scope === 'conversation' ? { scope } : { parts };

export const redactConversationRequest = {
  permission: 'messaging:delete',
  path: z.object({ id: conversationIdInPath }),
  query: noQuery,
  body: z.pipe(
    z.pipe(z.transform(withOneTarget), body),
    z.transform((given) => ({ target: targetOf(given), reason: given.reason })),
  ),
} satisfies Contract<unknown, unknown, unknown>;
