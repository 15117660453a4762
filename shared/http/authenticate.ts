import type { Headers, Wire } from '../dialects/dialect.ts';
import { InsufficientPermissions, Unauthenticated } from '../errors.ts';
import type { ApiKeyStore, Caller, Permission } from '../tenants/api-key-store.ts';

/** Who calls, by the key that the request carries in the dialect's way; it must grant the permission. */
export const authenticate = async (
  keys: ApiKeyStore,
  wire: Wire,
  headers: Headers,
  permission: Permission,
): Promise<Caller> => {
  const key = wire.credentials(headers);
  const caller = key === undefined ? undefined : await keys.find(key);
  if (!caller) throw new Unauthenticated();
  if (!caller.permissions.includes(permission)) throw new InsufficientPermissions(permission);
  return caller;
};
