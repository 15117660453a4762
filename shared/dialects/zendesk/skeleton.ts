import type * as z from 'zod/mini';
import type { Json, People } from '../../conversations/conversation.ts';
import { isOpaqueId } from '../../conversations/ids.ts';

/** Which fields of an object stay, and what each must be so that no text can hide in it; all others are content. */
export interface Shape {
  stays: Readonly<Record<string, z.ZodMiniType>>;
  /** The fields that name the person whose id stands in the field `by`. */
  names?: { by: string; fields: readonly string[] };
  /** The fields that are objects, or lists of objects, and stay in part. */
  within?: Readonly<Record<string, Shape | ((item: Json) => Shape)>>;
}

export interface Divided {
  /** The keys in their order, with a blank in the place of each content. */
  structure: unknown;
  /** What was taken out, under the same keys; of a list's items, under their indexes. */
  content?: unknown;
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object's own field: a document may have one named `constructor`. */
const own = <T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  object && Object.hasOwn(object, key) ? object[key] : undefined;

// A key can be text as well: one that is no name of a field stands in the content alone, under `$more`.
const isFieldName = (key: string) => /^[A-Za-z]\w{0,63}$/.test(key);

const blankOf = (value: unknown) => {
  if (typeof value === 'string') return '';
  return Array.isArray(value) ? [] : null;
};
const isBlank = (value: unknown) => value === null || value === '' || (Array.isArray(value) && value.length === 0);

/** An object never does: each schema is of one value, or of a list of them. */
const stays = (shape: Shape, key: string, value: unknown) =>
  !isObject(value) && own(shape.stays, key)?.safeParse(value).success === true;

const personOf = (document: Json, shape: Shape): string | undefined => {
  const { by = '' } = shape.names ?? {};
  const id = own(document, by);
  return stays(shape, by, id) && isOpaqueId(String(id)) ? String(id) : undefined;
};

const objectOf = (entries: [string, unknown][]): Json | undefined =>
  entries.length > 0 ? Object.fromEntries(entries) : undefined;

/** Divides an object by its shape; the names of people go into `people`, and leave a reference. */
export const divide = (
  document: Json,
  shape: Shape,
  people: People,
): { structure: Json; content?: Json | undefined } => {
  const person = personOf(document, shape);

  const divideField = (key: string, value: unknown): Divided => {
    if (person !== undefined && shape.names?.fields.includes(key) && typeof value === 'string' && value !== '') {
      people[person] = { [key]: { [key]: value }, ...people[person] };
      return { structure: { $person: person } };
    }
    const inner = own(shape.within, key);
    const shapeOf = (item: Json) => (typeof inner === 'function' ? inner(item) : inner!);
    if (inner && isObject(value)) return divide(value, shapeOf(value), people);
    if (inner && Array.isArray(value) && value.every(isObject)) {
      let content: Json | undefined;
      const structure = value.map((item, index) => {
        const divided = divide(item, shapeOf(item), people);
        if (divided.content !== undefined) (content ??= {})[index] = divided.content;
        return divided.structure;
      });
      return { structure, content };
    }
    if (stays(shape, key, value)) return { structure: value };
    return { structure: blankOf(value), content: isBlank(value) ? undefined : value };
  };

  const structure: [string, unknown][] = [];
  const contents: [string, unknown][] = [];
  const others: [string, unknown][] = [];
  for (const [key, value] of Object.entries(document)) {
    if (!isFieldName(key)) {
      others.push([key, value]);
      continue;
    }
    const divided = divideField(key, value);
    structure.push([key, divided.structure]);
    if (divided.content !== undefined) contents.push([key, divided.content]);
  }
  if (others.length > 0) contents.push(['$more', Object.fromEntries(others)]);
  return { structure: Object.fromEntries(structure), content: objectOf(contents) };
};

/** The value that was divided, as far as its content stands; a name whose person is gone reads as null. */
export const unite = (structure: unknown, content: unknown, people: People, key = ''): unknown => {
  const contents = isObject(content) ? content : undefined;
  if (Array.isArray(structure) && structure.length > 0) {
    return structure.map((item, index) => unite(item, own(contents, String(index)), people));
  }
  if (!isObject(structure)) return content ?? structure;
  const person = own(structure, '$person');
  if (typeof person === 'string') return own(own(people[person], key), key) ?? null;
  const united = Object.entries(structure).map(([name, value]) => [
    name,
    unite(value, own(contents, name), people, name),
  ]);
  return { ...Object.fromEntries(united), ...(own(contents, '$more') as Json | undefined) };
};
