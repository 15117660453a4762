import * as z from 'zod';
import { ticketIdInPath } from '../../../shared/dialects/zendesk/schema.ts';
import { type Contract, noBody, sequenceCursor } from '../../../shared/http/contract.ts';

/** Zendesk gives at most 100 a page, and so many where more are asked for. */
export const atMost = 100;

const counting = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, 'must be a whole number from 1')
  .transform(Number);
const size = counting.transform((asked) => Math.min(asked, atMost)).optional();

export const listAuditsRequest = {
  permission: 'messaging:read',
  path: z.object({ ticket_id: ticketIdInPath }),
  query: z.object({
    page: counting.default(1),
    per_page: size,
    'page[size]': size,
    'page[after]': sequenceCursor.optional(),
    'page[before]': sequenceCursor.optional(),
  }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
