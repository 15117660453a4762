import pMap from 'p-map';
import { TooLarge } from '../errors.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Json, People, SplitPart } from './conversation.ts';
import type { GuardStore } from './guard.ts';
import type { PartStore } from './part-store.ts';

/**
 * What one item may hold, in bytes of JSON: DynamoDB ends an item at 400 KB, and keys and names need some.
 * A person's names are repeated beside every message that they wrote, so they end much earlier.
 */
export const itemLimit = 350 * 1024;
export const identityLimit = 8 * 1024;

/** More conditional puts in flight than this queue up in the client's sockets. */
const writesInFlight = 32;

const assertFits = (what: string, value: Json | undefined, limit: number) => {
  const bytes = value === undefined ? 0 : Buffer.byteLength(JSON.stringify(value));
  if (bytes > limit) throw new TooLarge(`${what} is ${bytes} bytes; the limit is ${limit}`);
};

/** Refuses what an item could not hold, before anything is written. */
export const assertItemsFit = (
  people: People,
  parts: SplitPart[],
  conversation?: { structure: Json; text?: Json | undefined },
): void => {
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

export interface PartsStores {
  conversations: ConversationStore;
  guards: GuardStore;
  parts: PartStore;
}

/**
 * Adds the parts that are new and touches none that stands. A part whose id is tied to a sequence but
 * does not stand, because a writer died between the two, is taken up again at that sequence.
 */
export const addParts =
  ({ conversations, guards, parts: store }: PartsStores) =>
  async (tenantId: string, conversationId: string, people: People, split: SplitPart[]): Promise<AddedParts> => {
    await pMap(
      Object.entries(people),
      ([personId, views]) => conversations.addPerson(tenantId, conversationId, personId, views),
      { concurrency: writesInFlight },
    );

    const parts = [...new Map(split.toReversed().map((part) => [part.id, part])).values()].toReversed();
    const known = await store.sequencesOf(
      tenantId,
      conversationId,
      parts.map(({ id }) => id),
    );
    const standing = await store.present(tenantId, conversationId, [...known.values()]);
    const fresh = parts.filter(({ id }) => !known.has(id));
    const first =
      fresh.length === 0
        ? 0
        : await guards.reserve(
            tenantId,
            conversationId,
            fresh.length,
            fresh.some(({ kept }) => kept !== undefined),
          );
    const reserved = new Map(fresh.map(({ id }, index) => [id, first + index]));

    /** The sequence that the part gets: its own if it has one, ours if nobody was faster. */
    const place = async ({ id }: SplitPart) => {
      const own = known.get(id);
      if (own !== undefined) return own;
      const sequence = reserved.get(id)!;
      if (await store.claim(tenantId, conversationId, id, sequence)) return sequence;
      return (await store.sequenceOf(tenantId, conversationId, id)) ?? sequence;
    };
    const added = await pMap(
      parts,
      async (part) => {
        const sequence = await place(part);
        return !standing.has(sequence) && (await store.put(tenantId, conversationId, sequence, part));
      },
      { concurrency: writesInFlight },
    );
    const count = added.filter(Boolean).length;
    return { added: count, existing: split.length - count };
  };
