import * as z from 'zod/mini';
import { augnoId, messageInclude, messageStatuses } from '../../../shared/dialects/augno/schema.ts';
import { type Contract, noBody, pageLimit } from '../../../shared/http/contract.ts';

/** `<direction><sequence>`: n towards older messages, p towards newer ones. */
const cursor = z.pipe(
  z.string().check(z.regex(/^[np]\d{1,9}$/, 'must be a cursor from an earlier answer')),
  z.transform((text) => ({ older: text.startsWith('n'), from: Number(text.slice(1)) })),
);

export const listMessagesRequest = {
  permission: 'messaging:read',
  path: z.object({ id: augnoId }),
  query: z.object({
    ...messageInclude,
    cursor: z.optional(cursor),
    limit: pageLimit(100, 50),
    status: z.optional(z.enum(messageStatuses)),
    after_sequence: z.optional(
      z.pipe(z.string().check(z.regex(/^\d{1,9}$/, 'must be a whole number')), z.transform(Number)),
    ),
    // A search would need an index of the content, which is a copy.
    q: z.optional(z.never('search is not supported')),
  }),
  body: noBody,
} satisfies Contract<unknown, unknown, unknown>;
