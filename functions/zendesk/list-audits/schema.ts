import * as z from 'zod';
import { ticketIdInPath } from '../../../shared/dialects/zendesk/schema.ts';
import { type Contract, noBody, sequenceCursor } from '../../../shared/http/contract.ts';

/** Zendesk gives at most 100 a page, and so many where more are asked for. */
const atMost = 100;

const counting = z
  .string()
  .regex(/^[1-9]\d{0,6}$/, 'must be a whole number from 1')
  .transform(Number);
const size = counting.transform((asked) => Math.min(asked, atMost)).optional();

/** A page of the list: where it begins, how long it is, and which of the two paginations asked for it. */
export interface AuditsPage {
  offset: number;
  size: number;
  byCursor: boolean;
}

export const listAuditsRequest = {
  permission: 'messaging:read',
  path: z.object({ ticket_id: ticketIdInPath }),
  query: z
    .object({
      page: counting.default(1),
      per_page: size,
      'page[size]': size,
      'page[after]': sequenceCursor.optional(),
      'page[before]': sequenceCursor.optional(),
    })
    .transform((query): AuditsPage => {
      const { 'page[size]': asked, 'page[after]': after, 'page[before]': before, page, per_page: perPage } = query;
      if (asked === undefined && after === undefined && before === undefined) {
        const each = perPage ?? atMost;
        return { offset: (page - 1) * each, size: each, byCursor: false };
      }
      const most = asked ?? atMost;
      const offset = before === undefined ? (after ?? 0) : Math.max(0, before - most);
      return { offset, size: before === undefined ? most : Math.min(most, Math.max(1, before)), byCursor: true };
    }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
