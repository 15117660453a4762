import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findForeignUrls, replaceForeignUrls } from '../../../shared/attachments/foreign-urls.ts';
import { attachmentHosts } from '../../../shared/attachments/hosts.ts';

const hosts = attachmentHosts.parse(['files.example.com', '*.cdn.example.net']);
const url = 'https://files.example.com/a.png?sig=1&copy=2&x=%20';
const reference = `attachment:att_${'0'.repeat(32)}` as const;

const found = (text: string) => findForeignUrls({ text }, hosts);
const replaced = (text: string, urls = found(text)) =>
  replaceForeignUrls({ text }, new Map(urls.map((each) => [each, reference]))).text;

describe('a URL of a listed host in the content of a part', () => {
  it.each([
    ['a string of its own', url, reference],
    ['an image', `<p>a <img src="${url}"> b</p>`, `<p>a <img src="${reference}"> b</p>`],
    ['an image, escaped', `<img src="${url.replaceAll('&', '&amp;')}">`, `<img src="${reference}">`],
    ['an image, escaped by numbers', `<img src="${url.replaceAll('&', '&#x26;')}">`, `<img src="${reference}">`],
    ['an image whose colon is escaped', `<img src="${url.replace(':', '&colon;')}">`, `<img src="${reference}">`],
    ['single quotes', `<img alt="" src='${url}' title=x>`, `<img alt="" src='${reference}' title=x>`],
    ['no quotes', `<img src=${url}>`, `<img src=${reference}>`],
    ['no quotes, at the end', `<img src=${url} />`, `<img src=${reference} />`],
    ['spaces', `<img\n SRC = "\n${url} " >`, `<img\n SRC = "${reference}" >`],
    ['a link', `<a class='b' href="${url}">a</a>`, `<a class='b' href="${reference}">a</a>`],
    ['a quote before it', `<img alt='a > "b' src="${url}">`, `<img alt='a > "b' src="${reference}">`],
    ['two tags', `<a href="${url}"><img src="${url}"></a>`, `<a href="${reference}"><img src="${reference}"></a>`],
    ['a stray <', `1 < 2 <<img src="${url}">`, `1 < 2 <<img src="${reference}">`],
    ['an image in Markdown', `a ![b](${url}) c`, `a ![b](${reference}) c`],
    ['an image in Markdown with a title', `![b](${url} "c")`, `![b](${reference} "c")`],
    ['an image in Markdown in brackets', `![b](<${url}>)`, `![b](<${reference}>)`],
  ])('is found and replaced: %s', (_, text, after) => {
    expect(found(text)).toEqual([url]);
    expect(replaced(text)).toBe(after);
  });

  it('is found once, in the order in which URLs come, at any depth', () => {
    const other = 'https://eu.cdn.example.net/b';
    const content = { a: [{ 'https://files.example.com/key': other }, url], b: `<img src="${other}">`, c: null, d: 1 };
    expect(findForeignUrls(content, hosts)).toEqual([other, url]);
  });

  it.each([
    ['another host', 'https://example.com/a'],
    ['plain http', 'http://files.example.com/a'],
    ['a user', 'https://me@files.example.com/a'],
    ['a port', 'https://files.example.com:8443/a'],
    ['prose', `see ${url} for more`],
    ['a line more', `${url}\n`],
    ['an attribute of another name', `<img data-src="${url}" srcset="${url}" alt="${url}">`],
    ['no tag', `src="${url}"`],
    ['a closing tag', `</a href="${url}">`],
    ['a tag that is text', `&lt;img src="${url}"&gt;`],
    ['the value of another attribute', `<img alt='src="${url}"'>`],
    ['a protocol of the page', '<img src="//files.example.com/a">'],
    ['an empty attribute', '<img src="" href=>'],
    ['a reference', reference],
  ])('is not meant by %s', (_, text) => {
    expect(found(text)).toEqual([]);
    expect(replaced(text, [url])).toBe(text);
  });

  it('is none without a list', () => {
    expect(findForeignUrls({ url }, [])).toEqual([]);
  });

  it('stays where it is not among those that are replaced', () => {
    const text = `<img src="${url}"><img src="https://files.example.com/b">`;
    expect(replaced(text, ['https://files.example.com/b'])).toBe(`<img src="${url}"><img src="${reference}">`);
  });

  it.each([
    ['tags', '<a '],
    ['open quotes', '<a x="'],
    ['open quotes of both kinds', `<a x='<a x="`],
    ['names', '<a b'],
    ['equal signs', '<a ='],
    ['spaces', ' '],
    ['slashes', '<a/'],
    ['ampersands', '&amp'],
    ['targets', '](https://'],
    ['brackets', ']('],
  ])('is looked for in linear time: 350 KB of %s', (_, text) => {
    const from = performance.now();
    const long = text.repeat((350 * 1024) / text.length);
    for (const nasty of [long, `<a ${long}`, `<a src="${long}`, `](https://files.example.com/${long}`]) found(nasty);
    expect(performance.now() - from).toBeLessThan(3000);
  });
});

describe('any content', () => {
  const urlText = fc
    .tuple(
      fc.constantFrom('https://files.example.com/', 'https://a.cdn.example.net/', 'https://evil.example/'),
      fc.stringMatching(/^[\w&=;?%#.-]{0,12}$/),
    )
    .map(([start, end]) => start + end);
  const attributeText = fc.tuple(urlText, fc.constantFrom('"', "'")).map(([each, quote]) => {
    const escaped = each.replaceAll('&', '&amp;');
    return `<img src=${quote}${escaped}${quote}>`;
  });
  const scraps = fc.constantFrom('<a ', 'href=', 'src=', '"', "'", '>', '/', '<', ' ', '](', ')', '&amp;', 'x');
  const text = fc.array(fc.oneof(urlText, attributeText, scraps, fc.string({ maxLength: 4 })), { maxLength: 12 });
  const content = fc.dictionary(
    fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('__proto__', 'constructor')),
    fc.oneof(
      urlText,
      text.map((pieces) => pieces.join('')),
      fc.jsonValue(),
      fc.array(text.map((pieces) => pieces.join(''))),
    ),
  );
  const replacedIn = (value: Record<string, unknown>, urls: string[]) =>
    replaceForeignUrls(value, new Map(urls.map((each) => [each, reference])));

  it('is the same bytes if nothing in it is replaced', () => {
    const isTheSame = (value: Record<string, unknown>) => {
      expect(JSON.stringify(replacedIn(value, []))).toBe(JSON.stringify(value));
    };
    fc.assert(fc.property(content, isTheSame));
  });

  it('has no URL left that was found, once all are replaced', () => {
    const hasNone = (value: Record<string, unknown>) => {
      const after = replacedIn(value, findForeignUrls(value, hosts));
      expect(findForeignUrls(after, hosts)).toEqual([]);
    };
    fc.assert(fc.property(content, hasNone));
  });

  it('shows an image’s URL whatever characters it is made of', () => {
    const isFound = (end: string, before: string) => {
      const each = `https://files.example.com/${end}`;
      const html = `${before.replaceAll(/[<&]/g, '')}<img src="${each.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}">`;
      expect(found(html)).toContain(each.trim());
      expect(String(replaced(html)).endsWith(`<img src="${reference}">`)).toBe(true);
    };
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string(), isFound));
  });
});
