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

/** What changes at one place of the content: the value itself, or what the keys below it lead to. */
interface Edit {
  spans: Span[];
  cleared: boolean;
  below?: Map<string, Edit>;
}

const editAt = (root: Edit, path: readonly string[]): Edit => {
  let edit = root;
  for (const key of path) {
    edit.below ??= new Map();
    const below = edit.below.get(key) ?? { spans: [], cleared: false };
    edit.below.set(key, below);
    edit = below;
  }
  return edit;
};

const maskedText = (text: string, spans: Span[], mask: string): string => {
  let copied = 0;
  const pieces = spans
    .toSorted((a, b) => a.from - b.from)
    .flatMap(({ from, to }) => {
      const before = text.slice(copied, from);
      copied = to;
      return [before, mask];
    });
  return [...pieces, text.slice(copied)].join('');
};

const edited = (value: unknown, { spans, below }: Edit, mask: string): unknown => {
  if (typeof value === 'string') return maskedText(value, spans, mask);
  if (typeof value !== 'object' || value === null || !below) return value;
  const entries = Object.entries(value).flatMap(([key, inner]) => {
    const edit = below.get(key);
    if (edit?.cleared) return [];
    return [[key, edit ? edited(inner, edit, mask) : inner] as const];
  });
  return Object.fromEntries(entries);
};

/**
 * The content with its spans masked and its copies removed. Keys that do not lead to a value change nothing. Spans of
 * one text do not overlap. All changes are made in one pass: there may be 1,000 spans, and a copy in each of 30,000 fields.
 */
export const applyMasking = (content: Json, { spans, clear, mask }: Masking): Json => {
  const root: Edit = { spans: [], cleared: false };
  for (const span of spans) editAt(root, span.path).spans.push(span);
  for (const path of clear) editAt(root, path).cleared = true;
  return edited(content, root, mask) as Json;
};
