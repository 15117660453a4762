import * as z from 'zod/mini';
import { type Contract, conversationIdInPath, noQuery } from '../../../shared/http/contract.ts';

/** Of both halves, RFC 6838's own alphabet and lengths. */
const contentType = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/i,
      'must be a media type: type/subtype',
    ),
    z.meta({ examples: ['image/png'] }),
  );

/** A name is checked where it is given and stored nowhere: what a file is called stands in the part's content alone. */
const fileName = z.string().check(
  z.minLength(1),
  z.maxLength(255),
  // oxlint-disable-next-line no-control-regex -- control characters are what it looks for
  z.regex(/^[^/\\\u0000-\u001f\u007f]*$/, 'must be a name without a path: no slash, backslash or control character'),
  z.refine((name) => name !== '.' && name !== '..', 'must be a name and no folder'),
);

export const createAttachmentRequest = {
  permission: 'messaging:create',
  path: z.object({ id: conversationIdInPath }),
  query: noQuery,
  body: z.strictObject({
    fileName: z.optional(fileName),
    contentType,
    bytes: z.int().check(z.minimum(1), z.meta({ description: 'How long the file is, exactly: 100 MB at most' })),
  }),
} satisfies Contract<unknown, unknown, unknown>;
