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
