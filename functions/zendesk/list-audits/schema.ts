import * as z from 'zod/mini';
import { ticketIdInPath } from '../../../shared/dialects/zendesk/schema.ts';
import { type Contract, noBody, sequenceCursor } from '../../../shared/http/contract.ts';

/** Zendesk gives at most 100 a page, and so many where more are asked for. */
export const atMost = 100;

const counting = z.pipe(
  z.string().check(z.regex(/^[1-9]\d{0,6}$/, 'must be a whole number from 1')),
  z.transform(Number),
);
const size = z.optional(
  z.pipe(
    counting,
    z.transform((asked) => Math.min(asked, atMost)),
  ),
);

export const listAuditsRequest = {
  permission: 'messaging:read',
  path: z.object({ ticket_id: ticketIdInPath }),
  query: z.object({
    page: z._default(counting, 1),
    per_page: size,
    'page[size]': size,
    'page[after]': z.optional(sequenceCursor),
    'page[before]': z.optional(sequenceCursor),
  }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
