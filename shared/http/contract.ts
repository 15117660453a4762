import * as z from 'zod/mini';
import { externalOf, isOpaqueId } from '../conversations/ids.ts';
import type { Permission } from '../tenants/api-key-store.ts';

/** What a route accepts: the permission that it needs, and the schemas of all that it reads. */
export interface Contract<Path, Query, Body> {
  permission: Permission;
  path: z.ZodMiniType<Path>;
  query: z.ZodMiniType<Query>;
  body: z.ZodMiniType<Body>;
}

/** Whether the files behind a document's URLs are fetched. Only a boolean will do: it makes the service ask other hosts. */
export const fetchFiles = z._default(z.boolean(), false).check(
  z.meta({
    description: "Fetch the files that new parts name by URLs of the hosts on the tenant's list, `attachmentHosts`",
  }),
);

/** The query of our own routes that have none. All our own queries are strict: a parameter that is not read would promise what does not happen. */
export const noQuery = z.strictObject({});

/** The query of a vendor's routes that have none: unknown parameters are not read, as the vendor does not. */
export const unreadQuery = z.object({});

/** The body of routes that have none: empty, or any JSON object, since clients send `{}` where nothing is asked for. */
export const noBody = z.optional(z.looseObject({}));

/** An id in a path. What can't be an id can't be found either, and is answered in the same words. */
export const idInPath = z.pipe(
  z.string(),
  z.transform((id) => (isOpaqueId(id) ? id : '')),
);

/** `<dialect>:<external id>` in a path, likewise. */
export const conversationIdInPath = z.pipe(
  z.string(),
  z.transform((id) => (/^[a-z]{1,32}:/.test(id) && isOpaqueId(externalOf(id)) ? id : '')),
);

/** A place in a list that an earlier answer gave out: a sequence, as text. */
export const sequenceCursor = z.pipe(
  z.string().check(z.regex(/^\d{1,9}$/, 'must be a cursor from an earlier answer')),
  z.transform(Number),
);

/** How many entries a page may have. */
export const pageLimit = (most: number, unasked: number) =>
  z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^\d{1,4}$/, 'must be a whole number')), z.transform(Number)),
      z.int().check(z.minimum(1), z.maximum(most)),
    ),
    unasked,
  );

/** The id of a redaction, as an earlier answer gave it. */
export const redactionId = z.string().check(z.regex(/^[0-9a-f]{32}$/, 'must be the id of a redaction'));
