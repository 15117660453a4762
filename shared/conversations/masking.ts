import type { Json } from './conversation.ts';

/** A stretch of a text in a part's content: the keys that lead to the text, and UTF-16 offsets, the end not included. */
export interface Span {
  path: string[];
  from: number;
  to: number;
}

/** What a redaction of spans changes in one part's content. It holds keys and offsets, never text, so the ledger may keep it. */
export interface Masking {
  spans: Span[];
  /** The keys that lead to values that are removed: copies of the text. */
  clear: string[][];
  /** What stands in the place of each span. */
  mask: string;
}

const changedAt = (value: unknown, [key, ...rest]: string[], change: (value: unknown) => unknown): unknown => {
  if (key === undefined) return change(value);
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return value;
  const inner = changedAt((value as Json)[key], rest, change);
  const entries = Object.entries(value).map(([name, old]) => [name, name === key ? inner : old] as const);
  return Object.fromEntries(entries.filter(([, kept]) => kept !== undefined));
};

/** The content with its spans masked and its copies removed. Keys that do not lead to a value change nothing. */
export const applyMasking = (content: Json, { spans, clear, mask }: Masking): Json => {
  // From the end, so that a mask of another length moves no offset that is still to come.
  const masked = spans
    .toSorted((a, b) => b.from - a.from)
    .reduce<unknown>(
      (value, { path, from, to }) =>
        changedAt(value, path, (text) =>
          typeof text === 'string' ? text.slice(0, from) + mask + text.slice(to) : text,
        ),
      content,
    );
  return clear.reduce<unknown>((value, path) => changedAt(value, path, () => undefined), masked) as Json;
};
