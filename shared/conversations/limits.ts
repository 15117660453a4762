import { TooLarge } from '../errors.ts';
import type { People } from './conversation.ts';

/**
 * What one item may hold, in bytes of JSON: DynamoDB ends an item at 400 KB, and keys and names need some.
 * A person's names are repeated beside every message that they wrote, so they end much earlier.
 */
export const itemLimit = 350 * 1024;
export const identityLimit = 8 * 1024;

/**
 * What one import or append may bring. Each part takes three conditional puts and each person one update, and `npm run bench`
 * asks whether the function has the CPU for all of them.
 */
export const partsAtMost = 5_000;
export const peopleAtMost = 2_000;

const assertFew = (what: string, count: number, most: number, advice: string) => {
  if (count > most) throw new TooLarge(`There are ${count} ${what}; a request takes ${most}. ${advice}`);
};

/**
 * Throws TooLarge for more parts than one request may bring. Asked before anything is made of them: 5 MB hold 1,000,000 empty
 * ones. What is no list has none.
 */
export const assertFewParts = (list: unknown): void =>
  assertFew('parts', Array.isArray(list) ? list.length : 0, partsAtMost, 'Append the rest');

/** Nobody can split the participants of a conversation, so that would be the wrong advice for them. */
const peopleAdvice =
  'Bring the parts in several appends; a conversation without its parts, or a single part, that names more is not accepted';

/** Throws TooLarge for more people than one request may name. */
export const assertFewPeople = (people: People): void =>
  assertFew('people', Object.keys(people).length, peopleAtMost, peopleAdvice);

/** The parts of all documents, in order. Throws TooLarge as soon as they are too many. */
export const partsOf = <Document, Part>(
  documents: readonly Document[],
  split: (document: Document) => Part[],
): Part[] => {
  const parts: Part[] = [];
  for (const document of documents) {
    for (const part of split(document)) parts.push(part);
    assertFewParts(parts);
  }
  return parts;
};
