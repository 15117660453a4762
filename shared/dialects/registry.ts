import { settingsSchema } from '../tenants/dialect-settings.ts';
import { augno } from './augno/augno.ts';
import type { Dialect, Wire } from './dialect.ts';
import { expunge } from './expunge/expunge.ts';
import { featurebase } from './featurebase/featurebase.ts';
import { intercom } from './intercom/intercom.ts';
import { zendesk } from './zendesk/zendesk.ts';

/** A new vendor is one line here; its name is also the first half of its conversations' ids. */
const vendors: readonly (Dialect & Wire)[] = [augno, featurebase, intercom, zendesk];

export const dialectNames = vendors.map((vendor) => vendor.name);

export const dialectNamed = (name: string): Dialect | undefined => vendors.find((vendor) => vendor.name === name);

/** What a tenant may set of a dialect, strictly. */
export const settingsSchemaOf = (name: string) =>
  settingsSchema(vendors.find((vendor) => vendor.name === name)?.settings ?? {});

/** The API that owns a path: the one with the longest prefix of it, else Expunge's own. */
export const wireOf = (path: string): Wire => {
  const owned = [...vendors, expunge].flatMap((wire) => wire.pathPrefixes.map((prefix) => ({ wire, prefix })));
  const owners = owned.filter(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
  return owners.toSorted((a, b) => b.prefix.length - a.prefix.length)[0]?.wire ?? expunge;
};
