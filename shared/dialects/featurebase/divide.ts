import * as z from 'zod/mini';
import type { Json, People } from '../../conversations/conversation.ts';
import { isOpaqueId } from '../../conversations/ids.ts';

/** What stays of a document: its fields, the items of its lists, and in the end the schema of a value. */
export type Outline = z.ZodMiniType | readonly [Outline] | { readonly [key: string]: Outline };

/** A field that names the person whose `id` stands beside it. No value fits: without an id it is content. */
export const identity = z.never();

/** A value in two: `content` has the shape of the value, lists as objects by index, and only what `structure` lacks. */
export interface Divided {
  structure: unknown;
  content?: unknown;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const isList = (outline: Outline | undefined): outline is readonly [Outline] => Array.isArray(outline);
const isFields = (outline: Outline | undefined): outline is Record<string, Outline> =>
  isJson(outline) && !(outline instanceof z.ZodMiniType);

/** What stands under a key of a document's, which may have the name of anything that objects inherit. */
const under = <T>(fields: Record<string, T> | undefined, key: string): T | undefined =>
  fields && Object.hasOwn(fields, key) ? fields[key] : undefined;

const personIdOf = ({ id }: Json): string | undefined => {
  const text = typeof id === 'number' ? String(id) : id;
  return typeof text === 'string' && isOpaqueId(text) ? text : undefined;
};

/** What stands in the place of content. */
const blankOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return [];
  if (isJson(value)) return {};
  return typeof value === 'string' ? '' : null;
};
const isBlank = (value: unknown): boolean =>
  value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);

const objectOf = (entries: [string, unknown][]): Json | undefined =>
  entries.length > 0 ? Object.fromEntries(entries) : undefined;

/**
 * Divides a value by an outline. Content leaves a blank in its place, so that keys and their order stay;
 * what names a person goes to `people`, a view for each field, so that a later part can add one.
 */
export const divide = (outline: Outline | undefined, value: unknown, people: People): Divided => {
  if (isList(outline) && Array.isArray(value)) {
    let content: Json | undefined;
    const structure = value.map((item, index) => {
      const divided = divide(outline[0], item, people);
      if (divided.content !== undefined) (content ??= {})[index] = divided.content;
      return divided.structure;
    });
    return { structure, content };
  }
  if (isFields(outline) && isJson(value)) {
    const person = personIdOf(value);
    const contents: [string, unknown][] = [];
    const structure = Object.entries(value).map(([key, inner]): [string, unknown] => {
      const field = under(outline, key);
      if (field === identity && person !== undefined && typeof inner === 'string') {
        if (inner !== '') people[person] = { [key]: { [key]: inner }, ...under(people, person) };
        return [key, ''];
      }
      const divided = divide(field, inner, people);
      if (divided.content !== undefined) contents.push([key, divided.content]);
      return [key, divided.structure];
    });
    return { structure: Object.fromEntries(structure), content: objectOf(contents) };
  }
  if (isBlank(value) || (outline instanceof z.ZodMiniType && outline.safeParse(value).success))
    return { structure: value };
  return { structure: blankOf(value), content: value };
};

/** Puts together again what `divide` took apart; without content, its blanks remain. */
export const restore = (outline: Outline | undefined, { structure, content }: Divided, people: People): unknown => {
  if (isList(outline) && Array.isArray(structure)) {
    const contents = content as Json | undefined;
    return structure.map((item, index) =>
      restore(outline[0], { structure: item, content: under(contents, String(index)) }, people),
    );
  }
  if (isFields(outline) && isJson(structure)) {
    const contents = content as Json | undefined;
    const views = under(people, personIdOf(structure) ?? '');
    return Object.fromEntries(
      Object.entries(structure).map(([key, inner]) => {
        const field = under(outline, key);
        const named = field === identity && inner === '' ? under(views, key) : undefined;
        if (named) return [key, named[key]];
        return [key, restore(field, { structure: inner, content: under(contents, key) }, people)];
      }),
    );
  }
  return content === undefined ? structure : content;
};
