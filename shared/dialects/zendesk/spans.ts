import type { Json, Part } from '../../conversations/conversation.ts';
import type { Masking } from '../../conversations/masking.ts';
import { InvalidRequest, PartNotRedactable } from '../../errors.ts';
import { mask, presentPart } from './present.ts';
import { isObject } from './skeleton.ts';

/** A stretch of a message: UTF-16 offsets, the end not included. */
export interface Span {
  from: number;
  to: number;
}

/** A message as a request names it: without its tags, and where they stood. */
export interface TaggedText {
  plain: string;
  spans: Span[];
}

/** More than any message needs; each span may make the message longer. */
const spansAtMost = 1000;

/** Reads the `<redact>` tags, or says what is wrong with them; never what stands in or around them. */
export const readTags = (text: string): TaggedText | { fault: string } => {
  let plain = '';
  let open: number | undefined;
  const spans: Span[] = [];
  for (const [n, piece] of text.split(/(<\/?redact>)/).entries()) {
    if (n % 2 === 0) plain += piece;
    else if (piece === '<redact>') {
      if (open !== undefined) return { fault: 'has a redact tag within another' };
      open = plain.length;
    } else {
      if (open === undefined) return { fault: 'closes a redact tag that is not open' };
      if (open === plain.length) return { fault: 'has an empty redact tag' };
      spans.push({ from: open, to: plain.length });
      open = undefined;
    }
  }
  if (open !== undefined) return { fault: 'does not close a redact tag' };
  if (spans.length === 0) return { fault: 'has no redact tags' };
  if (spans.length > spansAtMost) return { fault: `has more than ${spansAtMost} redact tags` };
  return { plain, spans };
};

// The rules are the same in every language; without a locale they would be the machine's.
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** The spans grown to whole characters as people see them, and joined where they then overlap. */
const widened = ({ plain, spans }: TaggedText): Span[] => {
  const segments = graphemes.segment(plain);
  const grown = spans.map(({ from, to }) => {
    const last = segments.containing(to - 1)!;
    return { from: segments.containing(from)!.index, to: last.index + last.segment.length };
  });
  return grown.reduce<Span[]>((joined, span) => {
    const before = joined.at(-1);
    if (!before || before.to <= span.from) return [...joined, span];
    return [...joined.slice(0, -1), { from: before.from, to: Math.max(before.to, span.to) }];
  }, []);
};

const masked = (plain: string, spans: Span[]) =>
  spans.map(({ from }, n) => plain.slice(spans[n - 1]?.to ?? 0, from) + mask).join('') +
  plain.slice(spans.at(-1)?.to ?? 0);

/** Whether the text stands anywhere in the value, in a key too. */
const holds = (value: unknown, text: string): boolean => {
  if (Array.isArray(value)) return value.some((item) => holds(item, text));
  if (isObject(value)) return Object.entries(value).some((entry) => holds(entry, text));
  return String(value).includes(text);
};

/** The message itself, and who wrote it where that has no id: neither is a copy, whatever it says. */
const noCopies = new Set(['message', 'actor_name', 'actor_avatar_url']);

/** The other fields of the entry that repeat the text: `original_message` always, one that nobody knows if it does. */
const copiesIn = (content: Json, hidden: string[]): string[] =>
  Object.keys(content).filter(
    (key) => !noCopies.has(key) && (key === 'original_message' || hidden.some((text) => holds(content[key], text))),
  );

/** Whether the part is a message of a chat that has a text, redacted or not. */
export const isMessage = ({ structure, content, redactedAt }: Part): boolean => {
  const entry = structure.entry as Json | undefined;
  if (entry?.type !== 'ChatMessage' || !Object.hasOwn(entry, 'message')) return false;
  return typeof content?.message === 'string' || (redactedAt !== undefined && entry.message === '');
};

/**
 * What the tags ask to be masked in the message as it is now: undefined where all of it is masked already.
 * Throws PartNotRedactable for what is no message, and InvalidRequest where the text is not the message's.
 */
export const maskingOf = (tagged: TaggedText, part: Part): Masking | undefined => {
  if (!isMessage(part)) throw new PartNotRedactable();
  const { message } = presentPart(part, {});
  const { plain } = tagged;
  const spans = widened(tagged).filter(({ from, to }) => !/^▇+$/u.test(plain.slice(from, to)));
  // The same request again: what it hides is hidden.
  if (message === masked(plain, spans)) return undefined;
  if (message !== plain) throw new InvalidRequest('The text without its redact tags is not the message as it is now');
  const hidden = spans.map(({ from, to }) => plain.slice(from, to));
  return {
    spans: spans.map((span) => ({ path: ['message'], ...span })),
    clear: copiesIn(part.content ?? {}, hidden).map((key) => [key]),
    mask,
  };
};
