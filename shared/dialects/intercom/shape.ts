import type * as z from 'zod/mini';
import type { Json, People } from '../../conversations/conversation.ts';
import { identityFields, intercomId, kindOf, word } from './values.ts';

/** A value divided: its structure, and, where it has some, the content that lies over it. */
export interface Division {
  structure: unknown;
  content?: unknown;
}

/** How one place of a document divides and, from what is left of it, reads again. */
export interface Rule {
  split(value: unknown, people: People): Division;
  join(structure: unknown, content: unknown, people: People): unknown;
}

export type Shape = Readonly<Record<string, Rule>>;

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Whether a value says nothing, and may stay where it is. */
export const isBlank = (value: unknown): boolean =>
  value === null ||
  value === '' ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.keys(value).length === 0);

const blankOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return [];
  return isObject(value) ? {} : null;
};

const joinContent: Rule['join'] = (structure, held) => (held === undefined ? structure : held);

/** Destroyed by a redaction, which leaves `blank`, or what is empty of the value's own kind. */
export const content = (blank?: unknown): Rule => ({
  split: (value) =>
    isBlank(value) ? { structure: value } : { structure: blank === undefined ? blankOf(value) : blank, content: value },
  join: joinContent,
});

const anything = content();

/** Stays if the schema takes it. What does not fit is not refused: it is content, like all that nobody knows. */
export const stays = (schema: z.ZodMiniType): Rule => ({
  split: (value) => (schema.safeParse(value).success ? { structure: value } : anything.split(value, {})),
  join: joinContent,
});

const ruleIn = (shape: Shape, key: string) => (Object.hasOwn(shape, key) ? shape[key] : undefined);

/** Each field by its own rule; one that has none is content, its name too: a customer may have chosen it. */
const fields = (ruleOf: (key: string) => Rule | undefined): Rule => ({
  split: (value, people) => {
    if (!isObject(value)) return anything.split(value, people);
    const structure: [string, unknown][] = [];
    const held: [string, unknown][] = [];
    for (const [key, field] of Object.entries(value)) {
      const rule = ruleOf(key);
      if (!rule) {
        held.push([key, field]);
        continue;
      }
      const division = rule.split(field, people);
      structure.push([key, division.structure]);
      if (division.content !== undefined) held.push([key, division.content]);
    }
    return {
      structure: Object.fromEntries(structure),
      content: held.length > 0 ? Object.fromEntries(held) : undefined,
    };
  },
  join: (structure, held, people) => {
    if (!isObject(structure)) return held ?? structure;
    const over = (held ?? {}) as Json;
    const joined = Object.entries(structure).map(([key, field]): [string, unknown] => [
      key,
      (ruleOf(key) ?? anything).join(field, Object.hasOwn(over, key) ? over[key] : undefined, people),
    ]);
    for (const [key, field] of Object.entries(over)) if (!Object.hasOwn(structure, key)) joined.push([key, field]);
    return Object.fromEntries(joined);
  },
});

/** Each field by its own rule, by its name. */
export const object = (shape: Shape): Rule => fields((key) => ruleIn(shape, key));

/** Every entry by the rule. Its content is a list of the same length, null where an entry has none. */
export const list = (rule: Rule): Rule => ({
  split: (value, people) => {
    if (!Array.isArray(value)) return anything.split(value, people);
    const divisions = value.map((entry) => rule.split(entry, people));
    const held = divisions.map((division) => division.content ?? null);
    return {
      structure: divisions.map(({ structure }) => structure),
      content: held.some((entry) => entry !== null) ? held : undefined,
    };
  },
  join: (structure, held, people) => {
    if (!Array.isArray(structure) || structure.length === 0) return held ?? structure;
    return structure.map((entry, n) => rule.join(entry, (held as unknown[] | undefined)?.[n] ?? undefined, people));
  },
});

/** One of two rules, by whether the value is a list. */
export const listOr = (entries: Rule, other: Rule): Rule => {
  const ruleOf = (value: unknown) => (Array.isArray(value) ? entries : other);
  return {
    split: (value, people) => ruleOf(value).split(value, people),
    join: (structure, held, people) => ruleOf(structure).join(structure, held, people),
  };
};

/** Stands in the structure where a name does; the name itself is with the people, once. */
const elsewhere = true;

const name = (id: string, kind: string, field: string): Rule => ({
  split: (value, people) => {
    if (isBlank(value)) return { structure: value };
    const views = people[id];
    people[id] = { ...views, [kind]: { [field]: value, ...views?.[kind] } };
    return { structure: elsewhere };
  },
  join: (structure, _, people) => (structure === elsewhere ? (people[id]?.[kind]?.[field] ?? null) : structure),
});

const identities: ReadonlySet<string> = new Set(identityFields);

/** A reference to a person: who it is stays, what names them is identity. Without a usable id their names are content. */
export const person = (flags: Shape = {}): Rule => {
  const shape: Shape = { id: stays(intercomId), type: stays(word), ...flags };
  const withoutId = fields((key) => (identities.has(key) ? anything : ruleIn(shape, key)));
  const ruleOf = (value: unknown): Rule => {
    // Made once: a document may list 100,000 people without an id.
    if (!isObject(value) || !value.id) return withoutId;
    const id = intercomId.safeParse(value.id).data;
    if (!id) return withoutId;
    const kind = kindOf(value.type);
    return fields((key) => (identities.has(key) ? name(String(id), kind, key) : ruleIn(shape, key)));
  };
  return {
    split: (value, people) => ruleOf(value).split(value, people),
    join: (structure, held, people) => ruleOf(structure).join(structure, held, people),
  };
};
