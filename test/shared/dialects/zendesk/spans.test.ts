import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json, Part } from '../../../../shared/conversations/conversation.ts';
import { applyMasking } from '../../../../shared/conversations/masking.ts';
import { isMessage, maskingOf, readTags, type TaggedText } from '../../../../shared/dialects/zendesk/spans.ts';

const tagged = (text: string) => readTags(text) as TaggedText;
const partOf = (content: Json | undefined, more: Partial<Part> = {}): Part => ({
  id: 'chat:c.1:0',
  sequence: 1,
  structure: { of: { audit: '1', event: '2' }, entry: { type: 'ChatMessage', chat_index: 0, message: '' } },
  content,
  ...more,
});
/** The message after the redaction, or `unchanged`. */
const afterwards = (message: string, text: string): unknown => {
  const masking = maskingOf(tagged(text), partOf({ message }));
  return masking ? applyMasking({ message }, masking).message : 'unchanged';
};

describe('the redact tags of a text', () => {
  it.each([
    ['one', 'My ID is <redact>847564</redact>!', 'My ID is 847564!', [[9, 15]]],
    ['the whole text', '<redact>secret</redact>', 'secret', [[0, 6]]],
    [
      'at both ends',
      '<redact>a</redact> and <redact>b</redact>',
      'a and b',
      [
        [0, 1],
        [6, 7],
      ],
    ],
    [
      'next to each other',
      '<redact>ab</redact><redact>cd</redact>',
      'abcd',
      [
        [0, 2],
        [2, 4],
      ],
    ],
    ['around white space', 'a<redact> \n</redact>b', 'a \nb', [[1, 3]]],
    ['around what looks like other tags', '<b><redact><i></redact></b>', '<b><i></b>', [[3, 6]]],
    ['around what is almost a tag', '<redact><Redact>< redact></redact>', '<Redact>< redact>', [[0, 17]]],
  ])('are read: %s', (_, text, plain, spans) => {
    expect(readTags(text)).toEqual({ plain, spans: spans.map(([from, to]) => ({ from, to })) });
  });

  it.each([
    ['none', 'My ID is 847564!', 'has no redact tags'],
    ['an empty text', '', 'has no redact tags'],
    ['one that is not closed', 'a <redact>b', 'does not close a redact tag'],
    ['a second that is not closed', '<redact>a</redact><redact>b', 'does not close a redact tag'],
    ['one within another', '<redact>a<redact>b</redact></redact>', 'has a redact tag within another'],
    ['one opened twice', '<redact><redact>b</redact>', 'has a redact tag within another'],
    ['a closing one alone', 'a</redact>', 'closes a redact tag that is not open'],
    ['one closed twice', '<redact>a</redact></redact>', 'closes a redact tag that is not open'],
    ['an empty one', 'a<redact></redact>b', 'has an empty redact tag'],
    ['an empty one after others', '<redact>a</redact><redact></redact>', 'has an empty redact tag'],
    ['more than 1000', '<redact>a</redact>'.repeat(1001), 'has more than 1000 redact tags'],
  ])('are refused: %s', (_, text, fault) => {
    expect(readTags(text)).toEqual({ fault });
  });

  it.each([
    ['ASCII', 'a', 1],
    ['two bytes each', 'я', 2],
  ])('may stand in a text of 350 KB without them, and in no longer one: %s', (_, letter, bytes) => {
    const tags = '<redact>a</redact>'.repeat(1000);
    const room = (350 * 1024 - 1000) / bytes;
    expect(tagged(tags + letter.repeat(room)).spans).toHaveLength(1000);
    const fault = 'is longer than a message can be: 358400 bytes without its redact tags';
    expect(readTags(tags + letter.repeat(room + 1))).toEqual({ fault });
    expect(readTags(tags + letter.repeat(room * 10))).toEqual({ fault });
  });

  it('may be 1000', () => {
    expect(tagged('<redact>a</redact>'.repeat(1000)).spans).toHaveLength(1000);
  });
});

describe('a span', () => {
  it.each([
    ['a number', 'My ID is 847564!', 'My ID is <redact>847564</redact>!', 'My ID is ▇▇▇▇!'],
    ['one character', 'abc', 'a<redact>b</redact>c', 'a▇▇▇▇c'],
    ['everything', 'secret', '<redact>secret</redact>', '▇▇▇▇'],
    ['two', 'a b c', '<redact>a</redact> b <redact>c</redact>', '▇▇▇▇ b ▇▇▇▇'],
    ['two side by side', 'abcd', '<redact>ab</redact><redact>cd</redact>', '▇▇▇▇▇▇▇▇'],
    ['an emoji', 'a👍🏽b', 'a<redact>👍🏽</redact>b', 'a▇▇▇▇b'],
    ['half an emoji', 'a👍🏽b', 'a<redact>👍</redact>🏽b', 'a▇▇▇▇b'],
    ['half a surrogate pair', 'a👍b', 'a<redact>\ud83d</redact>\udc4db', 'a▇▇▇▇b'],
    ['one of a family', 'x👨‍👩‍👧y', 'x<redact>👨</redact>‍👩‍👧y', 'x▇▇▇▇y'],
    ['a letter without its accent', 'cafe\u0301!', 'caf<redact>e</redact>\u0301!', 'caf▇▇▇▇!'],
    ['an accent without its letter', 'cafe\u0301!', 'cafe<redact>\u0301!</redact>', 'caf▇▇▇▇'],
    ['both halves of one character', 'e\u0301x', '<redact>e</redact><redact>\u0301</redact>x', '▇▇▇▇x'],
    [
      'three in one character',
      'e\u0301\u0302x',
      '<redact>e</redact><redact>\u0301</redact><redact>\u0302x</redact>',
      '▇▇▇▇',
    ],
    ['a flag of two', '🇩🇪🇫🇷', '<redact>🇩🇪</redact>🇫🇷', '▇▇▇▇🇫🇷'],
    ['beside an earlier mask', '▇▇▇▇ and 99', '▇▇▇▇ and <redact>99</redact>', '▇▇▇▇ and ▇▇▇▇'],
    ['over an earlier mask and more', 'a ▇▇▇▇ 9', 'a <redact>▇▇▇▇ 9</redact>', 'a ▇▇▇▇'],
    ['over a number and an earlier mask', 'a 9▇▇▇▇', 'a <redact>9▇▇▇▇</redact>', 'a ▇▇▇▇'],
    ['a mask and a number', '▇▇▇▇ 9', '<redact>▇▇▇▇</redact> <redact>9</redact>', '▇▇▇▇ ▇▇▇▇'],
  ])('becomes four blocks: %s', (_, message, text, after) => {
    expect(afterwards(message, text)).toBe(after);
    // The same request once more.
    expect(afterwards(after, text)).toBe('unchanged');
  });

  it.each([
    ['a mask', 'a ▇▇▇▇', 'a <redact>▇▇▇▇</redact>'],
    ['part of a mask', 'a ▇▇▇▇', 'a ▇<redact>▇▇</redact>▇'],
    ['a block that somebody wrote', '▇', '<redact>▇</redact>'],
  ])('over nothing but blocks changes nothing: %s', (_, message, text) => {
    expect(afterwards(message, text)).toBe('unchanged');
  });

  it.each([
    ['another text', 'hello', '<redact>world</redact>!'],
    ['a text that is a part', 'hello world', 'hello <redact>wor</redact>'],
    ['other white space', 'a  b', 'a <redact>b</redact>'],
    ['another form of the same letter', 'caf\u00e9', '<redact>cafe\u0301</redact>s'],
    ['only blocks, but elsewhere', 'a ▇▇▇▇ b', '<redact>▇▇▇▇</redact> b'],
    ['a text that has blocks as well', 'a ▇▇▇▇', 'b <redact>c</redact>'],
  ])('is refused in %s', (_, message, text) => {
    expect(() => afterwards(message, text)).toThrow('The text without its redact tags is not the message as it is now');
  });

  it('takes the copies with it, and leaves what repeats nothing', () => {
    const content = {
      message: 'PIN 8475, Ada',
      actor_name: '8475',
      actor_avatar_url: 'https://example.com/8475.png',
      original_message: { content: 'something else' },
      translation: 'la PIN 8475',
      nested: [{ deep: { pin: 8475 } }],
      keyed: { '8475': true, other: 'x' },
      $more: { 'the 8475': null },
      unrelated: 'Ada',
      number: 7,
    };
    const masking = maskingOf(tagged('PIN <redact>8475</redact>, Ada'), partOf(content))!;
    expect(masking).toEqual({
      spans: [{ path: ['message'], from: 4, to: 8 }],
      clear: [['original_message'], ['translation'], ['nested'], ['keyed'], ['$more']],
      mask: '▇▇▇▇',
    });
    expect(applyMasking(content, masking)).toEqual({
      message: 'PIN ▇▇▇▇, Ada',
      actor_name: '8475',
      actor_avatar_url: 'https://example.com/8475.png',
      unrelated: 'Ada',
      number: 7,
    });
  });

  it('looks for the copies of each span', () => {
    const content = { message: 'a b', first: 'a', second: 'b', neither: 'c' };
    const masking = maskingOf(tagged('<redact>a</redact> <redact>b</redact>'), partOf(content))!;
    expect(masking.clear).toEqual([['first'], ['second']]);
  });
});

describe('what may be redacted', () => {
  const entry = { type: 'ChatMessage', chat_index: 0, message: '' };
  const of = { audit: '1', event: '2' };
  it.each([
    ['a message', partOf({ message: 'x' }), true],
    ['a message that is redacted already', partOf(undefined, { redactedAt: 1 }), true],
    ['a message without a text', partOf(undefined), false],
    [
      'a message whose text is no text',
      partOf({ message: { a: 1 } }, { structure: { of, entry: { ...entry, message: null } } }),
      false,
    ],
    [
      'that, redacted',
      partOf(undefined, { redactedAt: 1, structure: { of, entry: { ...entry, message: null } } }),
      false,
    ],
    ['an entry without a message', partOf(undefined, { structure: { of, entry: { type: 'ChatMessage' } } }), false],
    ['a file', partOf({ message: 'x' }, { structure: { of, entry: { ...entry, type: 'ChatFileAttachment' } } }), false],
    ['an audit', partOf({ metadata: 1 }, { structure: { audit: { id: 1 } } }), false],
  ])('%s', (_, part, may) => {
    expect(isMessage(part)).toBe(may);
    const masking = () => maskingOf(tagged('<redact>x</redact>'), part);
    if (may) expect(masking).not.toThrow();
    else expect(masking).toThrow(expect.objectContaining({ name: 'PartNotRedactable' }));
  });

  it('is a redacted message as it is read: its blocks, and nothing else', () => {
    const part = partOf(undefined, { redactedAt: 1 });
    expect(maskingOf(tagged('<redact>▇▇▇▇</redact>'), part)).toBeUndefined();
    expect(() => maskingOf(tagged('a <redact>b</redact>'), part)).toThrow('The text without its redact tags');
  });
});

const piece = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/[<>▇]/u.test(text));

describe('any text', () => {
  it('loses every span that is tagged and keeps all the rest', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(piece, fc.boolean()), { minLength: 1, maxLength: 8 }), (pieces) => {
        // A line feed on each side parts characters for certain.
        const plain = pieces.map(([text]) => `\n${text}\n`).join('');
        const text = pieces.map(([one, hide]) => `\n${hide ? `<redact>${one}</redact>` : one}\n`).join('');
        fc.pre(pieces.some(([, hide]) => hide) && pieces.every(([one]) => !/^[\r\n]|[\r\n]$/.test(one)));
        fc.pre(pieces.every(([one]) => !/^(?:\p{M}|\u200d)/u.test(one)));
        expect(afterwards(plain, text)).toBe(pieces.map(([one, hide]) => `\n${hide ? '▇▇▇▇' : one}\n`).join(''));
      }),
      { numRuns: 300 },
    ));

  it('never keeps a part of a character that was cut, and never loses a character that was not', () =>
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter((text) => !/[<>▇]/u.test(text)),
        fc.nat(),
        fc.nat(),
        (plain, a, b) => {
          const from = a % plain.length;
          const to = from + 1 + (b % (plain.length - from));
          const text = `${plain.slice(0, from)}<redact>${plain.slice(from, to)}</redact>${plain.slice(to)}`;
          const characters = Array.from(new Intl.Segmenter('en').segment(plain));
          const before = characters.filter(({ index, segment }) => index + segment.length <= from);
          const behind = characters.filter(({ index }) => index >= to);
          const joined = (kept: Intl.SegmentData[]) => kept.map(({ segment }) => segment).join('');
          expect(afterwards(plain, text)).toBe(`${joined(before)}▇▇▇▇${joined(behind)}`);
        },
      ),
      { numRuns: 300 },
    ));

  it('is read or refused, never both, and says nothing of itself', () =>
    fc.assert(
      fc.property(fc.array(fc.constantFrom('<redact>', '</redact>', 'PIN', ' ', '<')), (pieces) => {
        const read = readTags(pieces.join(''));
        if ('fault' in read) expect(read.fault).not.toContain('PIN');
        else {
          expect(read.plain).toBe(pieces.filter((one) => !/^<\/?redact>$/.test(one)).join(''));
          expect(read.spans.every(({ from, to }) => from < to && to <= read.plain.length)).toBe(true);
        }
      }),
      { numRuns: 300 },
    ));
});
