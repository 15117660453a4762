import { attachmentHosts } from '../../shared/attachments/hosts.ts';
import { findForeignUrls, replaceForeignUrls } from '../../shared/attachments/foreign-urls.ts';
import { referencesIn, withLinks } from '../../shared/attachments/references.ts';
import { applyMasking } from '../../shared/conversations/masking.ts';
import { isOpaqueId } from '../../shared/conversations/ids.ts';
import { basicCredentials, bearerToken } from '../../shared/dialects/credentials.ts';
import { plainTextOf } from '../../shared/dialects/intercom/plain-text.ts';
import { maskingOf, readTags } from '../../shared/dialects/zendesk/spans.ts';
import { DomainError } from '../../shared/errors.ts';
import { readBody } from '../../shared/http/body.ts';
import { idempotencyKeyOf } from '../../shared/http/idempotent.ts';
import { orRefused, type WorstInput, repeated } from './worst-input.ts';

const hosts = attachmentHosts.parse(['files.example.com', '*.example.net']);
const url = 'https://files.example.com/';
const reference = `attachment:att_${'0'.repeat(32)}`;
const links = new Map([[reference.slice('attachment:'.length), 'https://link.example/']]);

/** One parser on texts of a given length in bytes, by what they are made of. */
const over = (parser: string, parse: (text: string) => unknown, texts: Record<string, (bytes: number) => string>) =>
  Object.entries(texts).map(([input, make]): WorstInput => ({
    parser,
    input,
    at: (bytes) => {
      const text = make(bytes);
      return () => orRefused(() => parse(text));
    },
  }));
const repeating = (...pieces: string[]) =>
  Object.fromEntries(pieces.map((piece) => [piece, (bytes: number) => repeated(piece, bytes)]));

const fetchedUrls = (text: string) => {
  const found = findForeignUrls({ text }, hosts);
  replaceForeignUrls({ text }, new Map(found.map((each) => [each, 'attachment:att_0'])));
};

const entry = { type: 'ChatMessage', chat_index: 0, message: '' };
const maskIn = (text: string, content: Record<string, unknown>) => {
  const tagged = readTags(text);
  if ('fault' in tagged) throw new DomainError(tagged.fault);
  const structure = { of: { audit: '1', event: '2' }, entry };
  const masking = maskingOf(tagged, { id: 'chat:c:0', sequence: 1, structure, content });
  if (masking) applyMasking(content, masking);
};
/** A thousand spans of one unit each, spread over a text that has `bytes` without its tags. */
const spansOver = (unit: string, bytes: number) =>
  `a${`<redact>${unit}</redact>${repeated(unit, bytes / 1000 - 2 * Buffer.byteLength(unit))}`.repeat(1000)}`;
const withoutTags = (text: string) => text.replaceAll(/<\/?redact>/g, '');
const maskInOwn = (text: string, others: Record<string, unknown> = {}) =>
  maskIn(text, { message: withoutTags(text), ...others });
const fieldsOf = (bytes: number) =>
  Object.fromEntries(Array.from({ length: bytes / 12 }, (_, n) => [`k${10_000 + n}`, 'q']));

export const texts: WorstInput[] = [
  ...over('body', (body) => readBody({ body, isBase64Encoded: false } as never), {
    ...repeating('[', '{"', '"', ' ', '1'),
    'deep lists': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
    'empty objects': (bytes) => `[${repeated('{},', bytes)}{}]`,
    'escaped quotes': (bytes) => `"${repeated('\\"', bytes)}"`,
    'one string': (bytes) => `"${'a'.repeat(bytes)}"`,
    keys: (bytes) => JSON.stringify(fieldsOf(bytes)),
    'keys that are numbers': (bytes) =>
      `{${Array.from({ length: bytes / 16 }, (_, n) => `"${(n * 40_503_001) % 4_294_967_291}":0`).join(',')}}`,
  }),
  ...over('URLs of files', fetchedUrls, {
    ...repeating('<a ', '<a x="', `<a x='<a x="`, '<a =', '<a a=a ', '<a<', '&amp', '](https://', '](', ' '),
    ...repeating('<a src=https://a ', `<a src="${url}a">`, `![](${url}a)`, '<a src=" ">', '<a src="&#x26;">'),
    'one name': (bytes) => `https://${repeated('字', bytes)}`,
    'a name of marks': (bytes) => `https://a${repeated('\u0301\u0323', bytes)}`,
    'a name of labels': (bytes) => `https://${repeated('xn--a.', bytes)}`,
    'a path of steps up': (bytes) => url + repeated('a/../', bytes),
    'an address in an open tag': (bytes) => `<a src="${url}${'a'.repeat(bytes)}`,
  }),
  ...over('references', (text) => [referencesIn({ text }), withLinks({ text }, links)], {
    ...repeating(`${reference} `, reference, 'attachment:att_'),
  }),
  ...over('plain text', plainTextOf, {
    ...repeating('<', '<br', '<br ', '</p ', '<p>', '&', '&#', '&#1;', '&lt;', '&amp;lt;', ' '),
    'an open tag': (bytes) => `<br ${' '.repeat(bytes)}`,
    'white space within': (bytes) => `x${' '.repeat(bytes)}x`,
  }),
  ...over('redact tags', readTags, repeating('<redact>', '</redact>', '<redact>a</redact>', '<redact', 'a')),
  ...['\u0301', '\u200d👨', '🇩', '\u1100', 'क\u094d', 'я', '\r', '\ud83d', '\u0600', 'a'].flatMap((unit) => [
    ...over('spans', maskInOwn, { [JSON.stringify(unit)]: (bytes) => spansOver(unit, bytes) }),
    ...over('spans of another text', (text) => maskIn(text, { message: '▇▇▇▇' }), {
      [JSON.stringify(unit)]: (bytes) => spansOver(unit, bytes),
    }),
  ]),
  ...over('copies', (text) => maskInOwn(text, { other: 'a'.repeat(text.length) }), {
    'a thousand false starts': (bytes) => `<redact>b${'a'.repeat(bytes / 2000)}</redact> `.repeat(1000),
    'a thousand false ends': (bytes) => `<redact>${'a'.repeat(bytes / 2000)}b</redact> `.repeat(1000),
    'one false start': (bytes) => `<redact>b${'a'.repeat(bytes / 2)}</redact>`,
  }),
  {
    parser: 'copies',
    input: 'in each of many fields',
    at: (bytes) => {
      const content = { message: 'q', ...fieldsOf(bytes) };
      return () => maskIn('<redact>q</redact>', content);
    },
  },
  ...over(
    'headers',
    (authorization) => {
      basicCredentials({ authorization });
      bearerToken({ authorization });
    },
    {
      words: (bytes) => repeated('a ', bytes),
      spaces: (bytes) => `Basic${' '.repeat(bytes)}a`,
      colons: (bytes) => `Basic ${Buffer.from(':'.repeat(bytes * 0.7)).toString('base64')}`,
    },
  ),
  ...over('Idempotency-Key', (key) => idempotencyKeyOf({ 'idempotency-key': key }), {
    ...repeating('"', '"\n', ' a', 'a'),
  }),
  ...over('ids', isOpaqueId, repeating('1-2.', '1', 'a', ':')),
];
