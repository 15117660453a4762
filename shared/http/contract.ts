import * as z from 'zod';
import { isOpaqueId } from '../conversations/ids.ts';
import type { Permission } from '../tenants/api-key-store.ts';

/** What a route accepts: the permission that it needs and the schemas of what it reads. */
export interface Contract<Path, Query, Body> {
  permission: Permission;
  path: z.ZodType<Path>;
  query: z.ZodType<Query>;
  body: z.ZodType<Body>;
}

const nothing = z.object({});

/** Routes without a body take an empty one, or any JSON object, since clients send `{}` where none is asked for. */
const ignoredBody = z.looseObject({}).optional();

/** Fills in what a route does not read. */
export const contract = <Path = object, Query = object, Body = object | undefined>({
  permission,
  path = nothing as unknown as z.ZodType<Path>,
  query = nothing as unknown as z.ZodType<Query>,
  body = ignoredBody as unknown as z.ZodType<Body>,
}: Pick<Contract<Path, Query, Body>, 'permission'> & Partial<Contract<Path, Query, Body>>): Contract<Path, Query, Body> => ({
  permission,
  path,
  query,
  body,
});

/** An id in a path: what can't be an id can't be found either, and is answered in the same words. */
export const idInPath = z.string().transform((id) => (isOpaqueId(id) ? id : ''));
