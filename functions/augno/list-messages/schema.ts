import * as z from 'zod';
import { augnoId, messageInclude, messageStatuses } from '../../../shared/dialects/augno/schema.ts';
import { type Contract, noBody, pageLimit } from '../../../shared/http/contract.ts';

/** `<direction><sequence>`: n towards older messages, p towards newer ones. */
const cursor = z
  .string()
  .regex(/^[np]\d{1,9}$/, 'must be a cursor from an earlier answer')
  .transform((text) => ({ older: text.startsWith('n'), from: Number(text.slice(1)) }));

export const listMessagesRequest = {
  permission: 'messaging:read',
  path: z.object({ id: augnoId }),
  query: z.object({
    ...messageInclude,
    cursor: cursor.optional(),
    limit: pageLimit(100, 50),
    status: z.enum(messageStatuses).optional(),
    after_sequence: z
      .string()
      .regex(/^\d{1,9}$/, 'must be a whole number')
      .transform(Number)
      .optional(),
    // A search would need an index of the content, which is a copy.
    q: z.never('search is not supported').optional(),
  }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
