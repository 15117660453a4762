import * as z from 'zod/mini';
import { attachmentHosts } from '../attachments/hosts.ts';

/** A tenant's settings of one dialect, such as its default API version; the dialect knows what they mean. */
export type DialectSettings = Record<string, unknown>;

/** What a tenant may set of a dialect: its own fields and those of every dialect, each of them optional, and no other. */
export const settingsSchema = (own: Record<string, z.ZodMiniType>) =>
  z.partial(z.strictObject({ ...own, attachmentHosts }));

/** The hosts from which an import of this dialect's documents may fetch files. Settings that do not fit allow none. */
export const attachmentHostsIn = (settings: DialectSettings): string[] =>
  attachmentHosts.safeParse(settings.attachmentHosts).data ?? [];
