import pMap from 'p-map';
import { covers, type SplitPart } from '../conversations/conversation.ts';
import type { GuardStore } from '../conversations/guard.ts';
import type { PartStore } from '../conversations/part-store.ts';
import { InvalidRequest, LegalHold, TooLarge } from '../errors.ts';
import { objectKey } from '../table.ts';
import type { AttachmentIndex } from './attachment-index.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { referencesIn } from './references.ts';

/**
 * References in one part, a repeated one each time. An erasure deletes a chunk of 2,500 parts within a minute, and a
 * link is up to 2 KB of an answer's 6 MB.
 */
export const filesPerPart = 50;
/** Each file takes four calls to S3, and a request has 28 seconds. */
export const filesPerRequest = 500;

/** More calls at once queue up in the client's sockets. */
const callsInFlight = 32;

/** What it takes to bring files to their parts. */
export interface FileStores {
  attachments: AttachmentStore;
  index: AttachmentIndex;
}

type Stores = FileStores & { guards: GuardStore; parts: PartStore };

/** The attachments that each part refers to, by part id. */
export type PartFiles = Map<string, string[]>;

/** Throws TooLarge if a part has too many references. */
export const filesOf = (parts: SplitPart[]): PartFiles =>
  new Map(
    parts.flatMap(({ id, content }) => {
      const references = referencesIn(content);
      if (references.length > filesPerPart)
        throw new TooLarge(
          `The part ${id} refers to attachments ${references.length} times; the limit is ${filesPerPart}`,
        );
      return references.length > 0 ? [[id, [...new Set(references)]] as const] : [];
    }),
  );

const refusal = (partId: string, id: string, why: string) =>
  new InvalidRequest(`The part ${partId} refers to ${id}, which ${why}`);

/** What can be told without a store: how many there are, and that no two parts share one. */
const assertPlausible = (files: PartFiles): void => {
  const seen = new Set<string>();
  for (const [partId, ids] of files) {
    for (const id of ids) {
      if (seen.has(id)) throw refusal(partId, id, 'another part of the request refers to as well');
      seen.add(id);
    }
  }
  if (seen.size > filesPerRequest)
    throw new TooLarge(
      `There are ${seen.size} attachments; a request takes ${filesPerRequest}, and the rest is appended`,
    );
};

/**
 * The files that can't be placed as things are, before anything is written: all but `fetchable` ones are refused. A file that
 * is no longer staged is fine where another attempt has placed it, and where the part stands or was redacted meanwhile,
 * since nothing is placed then.
 */
export const findMissing =
  ({ attachments, parts }: Pick<Stores, 'attachments' | 'parts'>) =>
  async (
    tenantId: string,
    conversationId: string,
    files: PartFiles,
    fetchable: Pick<ReadonlySet<string>, 'has'>,
  ): Promise<string[]> => {
    assertPlausible(files);
    const isDone = async (partId: string, id: string) => {
      const sequence = await parts.sequenceOf(tenantId, conversationId, partId);
      if (sequence === undefined) return false;
      if (await attachments.isPlaced(tenantId, conversationId, sequence, id)) return true;
      if (await parts.isErased(tenantId, conversationId, sequence)) return true;
      return (await parts.present(tenantId, conversationId, [sequence])).has(sequence);
    };
    const missing: string[] = [];
    await pMap(
      [...files].flatMap(([partId, ids]) => ids.map((id) => ({ partId, id }))),
      async ({ partId, id }) => {
        if (await attachments.isStaged(tenantId, id)) return;
        if (await isDone(partId, id)) return;
        if (!fetchable.has(id)) throw refusal(partId, id, 'was not uploaded, or more than a day ago');
        missing.push(id);
      },
      { concurrency: callsInFlight },
    );
    return missing;
  };

/**
 * Brings a part's files to it, between its cell and its structure. The copies can expire until the cell and the guard
 * have been read after them: only then is it certain that a redaction which took the part finds them. Where one has
 * taken it already, the copies go at once. Staging is cleared before the part stands, so that a redaction of it need not look there.
 */
export const placeFiles =
  ({ attachments, guards, parts }: Stores) =>
  async (tenantId: string, conversationId: string, sequence: number, partId: string, ids: string[]): Promise<void> => {
    const each = (run: (id: string) => Promise<unknown>) => pMap(ids, run, { concurrency: 4 });
    const keyOf = (id: string) => objectKey.file(tenantId, conversationId, sequence, id);
    const staged = ids.map((id) => objectKey.staged(tenantId, id));
    const isGone = async () => {
      if (await parts.isErased(tenantId, conversationId, sequence)) return true;
      const { redactedThrough, clearedThrough, held } = await guards.read(tenantId, conversationId);
      const masked = covers(redactedThrough, sequence) || covers(clearedThrough, sequence);
      // The hold keeps what is masked and not erased yet, files too.
      if (masked && held) throw new LegalHold();
      return masked;
    };

    if (!(await isGone())) {
      await each(async (id) => {
        if (await attachments.place(tenantId, conversationId, sequence, id)) return;
        // Another writer of the same part was faster.
        if (!(await attachments.isPlaced(tenantId, conversationId, sequence, id)) && !(await isGone()))
          throw refusal(partId, id, 'was there and is gone');
      });
    }
    if (await isGone()) {
      await attachments.erase([...ids.map(keyOf), ...staged]);
      return;
    }
    await each(async (id) => {
      if (await attachments.confirm(tenantId, conversationId, sequence, id)) return;
      // Expired, or taken by a redaction. Staging stays as it is, so that the next attempt copies it again.
      if (!(await isGone())) throw refusal(partId, id, 'was there and is gone');
    });
    await attachments.erase(staged);
  };
