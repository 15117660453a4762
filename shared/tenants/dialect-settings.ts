import * as z from 'zod/mini';
import { attachmentHosts } from '../attachments/hosts.ts';

/** What a tenant may set of every dialect; the rest is the dialect's own. Without hosts nothing is fetched. */
export const dialectSettings = z.looseObject({ attachmentHosts: z.optional(attachmentHosts) });

/** A tenant's settings of one dialect, such as its default API version; the dialect knows what they mean. */
export type DialectSettings = Record<string, unknown>;

/** The hosts from which an import of this dialect's documents may fetch files. Settings that do not fit allow none. */
export const attachmentHostsIn = (settings: DialectSettings): string[] =>
  dialectSettings.safeParse(settings).data?.attachmentHosts ?? [];
