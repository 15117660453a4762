import { InvalidRequest } from '../errors.ts';
import { augno } from './augno/augno.ts';
import { augnoWire } from './augno/wire.ts';
import type { Dialect, Wire } from './dialect.ts';
import { expungeWire } from './expunge/wire.ts';

/** The dialects by name, which is also the first half of a conversation's id. */
const dialects: Readonly<Record<string, Dialect>> = { augno };

const wires: readonly Wire[] = [augnoWire, expungeWire];

export const dialectNames = Object.keys(dialects);

/** The dialect of that name; throws InvalidRequest if there is none. */
export const dialectNamed = (name: string): Dialect => {
  if (!Object.hasOwn(dialects, name)) throw new InvalidRequest(`dialect must be one of ${dialectNames.join(', ')}`, { parameter: 'dialect' });
  return dialects[name]!;
};

/** The API that owns a path: the one with the longest prefix of it, else Expunge's own. */
export const wireOf = (path: string): Wire => {
  const prefixes = wires.flatMap((wire) => wire.pathPrefixes.map((prefix) => ({ wire, prefix })));
  const owner = prefixes
    .filter(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`))
    .toSorted((a, b) => b.prefix.length - a.prefix.length)[0];
  return owner?.wire ?? expungeWire;
};
