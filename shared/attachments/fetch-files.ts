import { createHash } from 'node:crypto';
import pMap from 'p-map';
import type { SplitPart } from '../conversations/conversation.ts';
import { dialectOf } from '../conversations/ids.ts';
import { InvalidRequest, TooLarge } from '../errors.ts';
import { attachmentHostsIn } from '../tenants/dialect-settings.ts';
import type { SettingsStore } from '../tenants/settings-store.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { type Egress, fetchFile, fetchTimeout } from './fetch-file.ts';
import { findForeignUrls, replaceForeignUrls } from './foreign-urls.ts';
import { referenceTo } from './references.ts';

/** As many as a function's memory takes (fetch-file.ts). */
const fetchesInFlight = 4;
/** For all files of a request, in milliseconds: 8 of the request's 28 seconds are left to write what refers to them. */
const fetchingTime = 20_000;
/**
 * Five rounds of four, so that each file has 4 of the 20 seconds. Where hosts are slower than that, what was fetched
 * is staged, and the same request goes on there when it is sent again.
 */
export const fetchedPerRequest = 20;

/** What it takes to fetch files. */
export interface Fetching {
  settings: Pick<SettingsStore, 'read'>;
  egress: Egress;
}

/** The hosts to fetch from: none unless it is asked for. Throws InvalidRequest where it is, and the tenant lists none. */
export const hostsToFetchFrom =
  ({ settings }: Pick<Fetching, 'settings'>) =>
  async (tenantId: string, conversationId: string, asked: boolean): Promise<string[]> => {
    if (!asked) return [];
    const dialect = dialectOf(conversationId);
    const hosts = attachmentHostsIn(await settings.read(tenantId, dialect));
    if (hosts.length > 0) return hosts;
    throw new InvalidRequest(`fetchFiles: the tenant lists no hosts to fetch from: set attachmentHosts of ${dialect}`, {
      parameter: 'fetchFiles',
    });
  };

/**
 * The same for each attempt, so that a retry finds what is staged; another one in each part, as files are not shared. From where
 * the URL stands and not from the URL: that is content, and an id outlives it.
 */
const attachmentIdOf = (...place: [tenantId: string, conversationId: string, partId: string, index: number]) =>
  `att_${createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 32)}`;

/** Parts that refer to files in the place of URLs, and which URL each file is at, by attachment id. */
export interface ReferringParts {
  parts: SplitPart[];
  urls: Map<string, string>;
}

/** Replaces the URLs in parts that are new by references, before a file is fetched. Throws TooLarge if they are too many. */
export const referToFiles = (
  tenantId: string,
  conversationId: string,
  parts: SplitPart[],
  hosts: readonly string[],
): ReferringParts => {
  const urls = new Map<string, string>();
  const referring = parts.map((part) => {
    if (part.content === undefined) return part;
    const found = findForeignUrls(part.content, hosts).map((url, index) => {
      const id = attachmentIdOf(tenantId, conversationId, part.id, index);
      urls.set(id, url);
      return [url, referenceTo(id)] as const;
    });
    return found.length === 0 ? part : { ...part, content: replaceForeignUrls(part.content, new Map(found)) };
  });
  if (urls.size > fetchedPerRequest)
    throw new TooLarge(
      `There are ${urls.size} files to fetch; a request takes ${fetchedPerRequest}, and the rest is appended`,
    );
  return { parts: referring, urls };
};

/** Fetches files into staging, from where they are placed as uploads are. Throws FileRefused, FileUnavailable and TooLarge. */
export const fetchFiles =
  ({ attachments, egress }: Pick<Fetching, 'egress'> & { attachments: Pick<AttachmentStore, 'stage'> }) =>
  async (
    tenantId: string,
    files: { id: string; url: string }[],
    hosts: readonly string[],
    timeMs = fetchingTime,
  ): Promise<void> => {
    const end = performance.now() + timeMs;
    const failures: unknown[] = [];
    await pMap(
      files,
      async ({ id, url }) => {
        // The others in flight come to their end first: a function does nothing after its answer, and a retry has them.
        if (failures.length > 0) return;
        try {
          const timeoutMs = Math.max(0, Math.min(fetchTimeout, Math.round(end - performance.now())));
          await attachments.stage(tenantId, id, await fetchFile(url, { hosts, timeoutMs }, egress));
        } catch (error) {
          failures.push(error);
        }
      },
      { concurrency: fetchesInFlight },
    );
    if (failures.length > 0) throw failures[0];
  };
