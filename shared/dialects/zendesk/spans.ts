import type { Json, Part } from '../../conversations/conversation.ts';
import type { Masking } from '../../conversations/masking.ts';
import { InvalidRequest, PartNotRedactable } from '../../errors.ts';
import { itemLimit } from '../../conversations/limits.ts';
import { charactersAt, type Span } from './characters.ts';
import { findAnyOf } from './find-texts.ts';
import { mask, presentPart } from './present.ts';
import { isObject } from './skeleton.ts';

/** A message as a request names it: without its tags, and where they stood. */
export interface TaggedText {
  plain: string;
  spans: Span[];
}

/**
 * More than any message needs; each span may make the message longer. The ledger entry names the spans and the fields with copies:
 * at most 36 KB and, since the fields are in one part, 349 KB, so it stays below DynamoDB's 400 KB.
 */
const spansAtMost = 1000;
/** A longer text is refused before it is read: no part holds its message. A unit takes at least one byte. */
const unitsAtMost = itemLimit + spansAtMost * '<redact></redact>'.length;
const tooLong = { fault: `is longer than a message can be: ${itemLimit} bytes without its redact tags` };

/** Reads the `<redact>` tags, or says what is wrong with them; never what stands in or around them. */
export const readTags = (text: string): TaggedText | { fault: string } => {
  if (text.length > unitsAtMost) return tooLong;
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
  if (Buffer.byteLength(plain) > itemLimit) return tooLong;
  return { plain, spans };
};

/** The spans grown to whole characters as people see them, and joined where they then overlap. */
const widened = ({ plain, spans }: TaggedText): Span[] => {
  const ends = charactersAt(
    plain,
    spans.flatMap(({ from, to }) => [from, to - 1]),
  );
  const joined: Span[] = [];
  for (const n of spans.keys()) {
    const [{ from }, { to }] = [ends[2 * n]!, ends[2 * n + 1]!];
    const before = joined.at(-1);
    if (before && from < before.to) before.to = Math.max(before.to, to);
    else joined.push({ from, to });
  }
  return joined;
};

const masked = (plain: string, spans: Span[]) =>
  spans.map(({ from }, n) => plain.slice(spans[n - 1]?.to ?? 0, from) + mask).join('') +
  plain.slice(spans.at(-1)?.to ?? 0);

/** Whether a string, number or key in the value is one that is looked for. */
const holds = (value: unknown, isWanted: (text: string) => boolean): boolean => {
  if (Array.isArray(value)) return value.some((item) => holds(item, isWanted));
  if (isObject(value)) return Object.entries(value).some(([key, inner]) => isWanted(key) || holds(inner, isWanted));
  return isWanted(String(value));
};

/** The message itself, and who wrote it where that has no id: neither is a copy, whatever it says. */
const noCopies = new Set(['message', 'actor_name', 'actor_avatar_url']);

/** The other fields of the entry that repeat the text: `original_message` always, one that nobody knows if it does. */
const copiesIn = (content: Json, hidden: string[]): string[] => {
  const others = Object.entries(content).filter(([key]) => !noCopies.has(key));
  // No field repeats a text that is longer than all of them.
  const room = JSON.stringify(others).length;
  const isHidden = findAnyOf(hidden.filter((text) => text.length <= room));
  return others.filter(([key, value]) => key === 'original_message' || holds(value, isHidden)).map(([key]) => key);
};

/** Whether the part is a message of a chat that has a text, redacted or not. */
export const isMessage = ({ structure, content, redactedAt }: Part): boolean => {
  const entry = structure.entry as Json | undefined;
  if (entry?.type !== 'ChatMessage' || !Object.hasOwn(entry, 'message')) return false;
  return typeof content?.message === 'string' || (redactedAt !== undefined && entry.message === '');
};

const anotherText = () => new InvalidRequest('The text without its redact tags is not the message as it is now');

/**
 * What the tags ask to be masked in the message as it is now: undefined where all of it is masked already.
 * Throws PartNotRedactable for what is no message, and InvalidRequest where the text is not the message's.
 */
export const maskingOf = (tagged: TaggedText, part: Part): Masking | undefined => {
  if (!isMessage(part)) throw new PartNotRedactable();
  const message = presentPart(part, {}).message as string;
  const { plain } = tagged;
  // Before spans are placed in it: only a message that has a mask may be what the text became.
  if (message !== plain && !message.includes(mask)) throw anotherText();
  const spans = widened(tagged).filter(({ from, to }) => !/^▇+$/u.test(plain.slice(from, to)));
  // The same request again: what it hides is hidden.
  if (message === masked(plain, spans)) return undefined;
  if (message !== plain) throw anotherText();
  const hidden = spans.map(({ from, to }) => plain.slice(from, to));
  return {
    spans: spans.map((span) => ({ path: ['message'], ...span })),
    clear: copiesIn(part.content ?? {}, hidden).map((key) => [key]),
    mask,
  };
};
