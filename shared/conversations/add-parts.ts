import pMap from 'p-map';
import { fetchFiles, type Fetching, hostsToFetchFrom, referToFiles } from '../attachments/fetch-files.ts';
import { attachmentIdsIn } from '../attachments/references.ts';
import { filesOf, type FileStores, findMissing, placeFiles } from '../attachments/place-files.ts';
import { TooLarge } from '../errors.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Json, People, SplitPart } from './conversation.ts';
import type { GuardStore } from './guard.ts';
import { assertFewParts, assertFewPeople, identityLimit, itemLimit } from './limits.ts';
import type { PartStore } from './part-store.ts';

/** More conditional puts in flight than this queue up in the client's sockets. */
const writesInFlight = 32;

const assertFits = (what: string, value: Json | undefined, limit: number) => {
  const bytes = value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
  if (bytes > limit) throw new TooLarge(`${what} is ${bytes} bytes; the limit is ${limit}`);
};

/** Refuses what a function could not write in its time, and what an item could not hold, before anything is written. */
export const assertItemsFit = (
  people: People,
  parts: SplitPart[],
  conversation?: { structure: Json; text?: Json | undefined },
): void => {
  assertFewParts(parts);
  assertFewPeople(people);
  assertFits('The structure of the conversation', conversation?.structure, itemLimit);
  assertFits("The conversation's own text", conversation?.text, itemLimit);
  for (const [id, views] of Object.entries(people)) assertFits(`What names the person ${id}`, views, identityLimit);
  for (const { id, structure, content, kept } of parts) {
    assertFits(`The structure of the part ${id}`, structure, itemLimit);
    assertFits(`The content of the part ${id}`, { ...content, ...kept }, itemLimit);
  }
};

export interface AddedParts {
  added: number;
  existing: number;
}

export interface PartsStores extends FileStores {
  conversations: ConversationStore;
  guards: GuardStore;
  parts: PartStore;
}

/** Parts on their way in. */
export interface PreparedParts {
  given: number;
  /** Those that do not stand, each once. */
  parts: SplitPart[];
  /** The sequences that part ids are tied to. */
  known: Map<string, number>;
  /** The attachments of parts, by part id. */
  files: Map<string, string[]>;
}

/**
 * Looks up what is there, fetches files of the rest if that is asked for, and refuses what can't be fetched or placed, before
 * anything is written but files in staging, which expire.
 */
export const prepareParts =
  ({ parts: store, attachments, ...fetching }: Pick<PartsStores, 'parts' | 'attachments'> & Fetching) =>
  async (
    tenantId: string,
    conversationId: string,
    split: SplitPart[],
    fetchesFiles: boolean,
  ): Promise<PreparedParts> => {
    const hosts = await hostsToFetchFrom(fetching)(tenantId, conversationId, fetchesFiles);
    const given = [...new Map(split.toReversed().map((part) => [part.id, part])).values()].toReversed();
    const known = await store.sequencesOf(
      tenantId,
      conversationId,
      given.map(({ id }) => id),
    );
    const standing = await store.present(tenantId, conversationId, [...known.values()]);
    const missing = given.filter(({ id }) => !standing.has(known.get(id) ?? -1));
    const { parts, urls } = referToFiles(tenantId, conversationId, missing, hosts);
    // A reference may be longer than the URL in whose place it stands.
    if (urls.size > 0) assertItemsFit({}, parts);
    const files = filesOf(parts);
    const unfetched = await findMissing({ parts: store, attachments })(tenantId, conversationId, files, urls);
    await fetchFiles({ attachments, ...fetching })(
      tenantId,
      unfetched.map((id) => ({ id, url: urls.get(id)! })),
      hosts,
    );
    return { given: split.length, parts, known, files };
  };

/**
 * Adds the parts that are new and touches none that stands. A part whose id is tied to a sequence but
 * does not stand, because a writer died between the two, is taken up again at that sequence.
 */
export const addParts =
  (stores: PartsStores) =>
  async (
    tenantId: string,
    conversationId: string,
    people: People,
    { given, parts, known, files }: PreparedParts,
  ): Promise<AddedParts> => {
    const { conversations, guards, parts: store, index } = stores;
    await pMap(
      Object.entries(people),
      ([personId, views]) => conversations.addPerson(tenantId, conversationId, personId, views),
      { concurrency: writesInFlight },
    );

    const fresh = parts.filter(({ id }) => !known.has(id));
    const marks = { keeps: fresh.some(({ kept }) => kept !== undefined), files: files.size > 0 };
    // A part that is taken up may bring files that the writer who died did not.
    const first =
      fresh.length > 0 || marks.files ? await guards.reserve(tenantId, conversationId, fresh.length, marks) : 0;
    const reserved = new Map(fresh.map(({ id }, place) => [id, first + place]));

    /** The sequence that the part gets: its own if it has one, ours if nobody was faster. */
    const sequenceFor = async ({ id }: SplitPart) => {
      const own = known.get(id);
      if (own !== undefined) return own;
      const sequence = reserved.get(id)!;
      if (await store.claim(tenantId, conversationId, id, sequence)) return sequence;
      return (await store.sequenceOf(tenantId, conversationId, id)) ?? sequence;
    };
    const place = placeFiles(stores);
    const write = async (part: SplitPart) => {
      const sequence = await sequenceFor(part);
      const own = files.get(part.id) ?? [];
      const bring = (ids: string[]) => index.add(tenantId, conversationId, sequence, ids);
      // Before the cell and the copies: whatever becomes of this writer, an erasure knows what to look for.
      let mark = own.length > 0 ? await bring(own) : undefined;
      return store.put(tenantId, conversationId, sequence, part, async (content) => {
        const ids = content === part.content ? own : attachmentIdsIn(content);
        if (ids.some((id) => !own.includes(id))) mark = await bring(ids);
        if (ids.length > 0) await place(tenantId, conversationId, sequence, part.id, ids);
        if (mark !== undefined) await index.finish(tenantId, conversationId, sequence, mark);
      });
    };
    const added = await pMap(parts, write, { concurrency: writesInFlight });
    const count = added.filter(Boolean).length;
    return { added: count, existing: given - count };
  };
