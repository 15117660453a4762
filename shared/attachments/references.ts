import type { Json } from '../conversations/conversation.ts';
import { mapStrings } from './strings.ts';

/** How a part's content names a file of ours, wherever the vendor has a file's address: its id is `att_` and 32 hexadecimal digits. */
export const referenceTo = (attachmentId: string) => `attachment:${attachmentId}` as const;

// Not where it goes on on either side: then it is another word.
const reference = /(?<![\w:-])attachment:(att_[0-9a-f]{32})(?![\w-])/g;

// Most strings have none, and this is asked of every string that is read or written.
const hint = 'attachment:att_';
const mapReferring = (value: unknown, change: (text: string) => string): unknown =>
  mapStrings(value, (text) => (text.includes(hint) ? change(text) : text));

/** The ids of the attachments that the content refers to, one for each reference, in any string: an address of its own or one in HTML. */
export const referencesIn = (content: Json | undefined): string[] => {
  const ids: string[] = [];
  mapReferring(content, (text) => {
    for (const [, id] of text.matchAll(reference)) ids.push(id!);
    return text;
  });
  return ids;
};

/** The same, each once. */
export const attachmentIdsIn = (content: Json | undefined): string[] => [...new Set(referencesIn(content))];

/** The content with the links in the place of the references; one that has no link stays. */
export const withLinks = (content: Json, links: ReadonlyMap<string, string>): Json =>
  mapReferring(content, (text) => text.replaceAll(reference, (whole, id: string) => links.get(id) ?? whole)) as Json;
