import type { Json } from '../conversations/conversation.ts';

/** How a part's content names a file of ours, wherever the vendor has a file's address: its id is `att_` and 32 hexadecimal digits. */
export const referenceTo = (attachmentId: string) => `attachment:${attachmentId}` as const;

// Not where it goes on on either side: then it is another word.
const reference = /(?<![\w:-])attachment:(att_[0-9a-f]{32})(?![\w-])/g;
const hint = 'attachment:att_';

/** Applies to every string of a JSON value, however deep; keys stay. What has no reference is given back as it is. */
const mapStrings = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === 'string') return value.includes(hint) ? change(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, mapStrings(inner, change)]));
};

/** The ids of the attachments that the content refers to, one for each reference, in any string: an address of its own or one in HTML. */
export const referencesIn = (content: Json | undefined): string[] => {
  const ids: string[] = [];
  mapStrings(content, (text) => {
    for (const [, id] of text.matchAll(reference)) ids.push(id!);
    return text;
  });
  return ids;
};

/** The same, each once. */
export const attachmentIdsIn = (content: Json | undefined): string[] => [...new Set(referencesIn(content))];

/** The content with the links in the place of the references; one that has no link stays. */
export const withLinks = (content: Json, links: ReadonlyMap<string, string>): Json =>
  mapStrings(content, (text) => text.replaceAll(reference, (whole, id: string) => links.get(id) ?? whole)) as Json;
