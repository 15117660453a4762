import { decodeHTMLAttribute } from 'entities/decode';
import type { Json } from '../conversations/conversation.ts';
import { refusalOf } from './hosts.ts';
import { mapStrings } from './strings.ts';

/** What is to stand in a URL's place, or nothing if it stays. */
type ReplacementOf = (url: string) => string | undefined;

const wholeUrl = /^https:\/\/[^\s<>"]+$/i;
const tagStart = /<[a-z][^\s/>]*/gi;
/** A name, and a value in either quotes or none. No step runs over text that another has to run over again. */
const attribute = /[\s/]*([^\s/>][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>][^\s>]*)))?/dy;
const markdownTarget = /(?<=\]\(<?)https:\/\/[^\s()<>]+(?=[\s)>])/gi;

/** A text with the URLs replaced in the `src` and `href` of its tags. All else keeps its bytes. */
const inTags = (html: string, replacementOf: ReplacementOf): string => {
  const pieces: string[] = [];
  let copied = 0;
  const tags = new RegExp(tagStart);
  while (tags.exec(html) !== null) {
    const attributes = new RegExp(attribute);
    attributes.lastIndex = tags.lastIndex;
    for (let match = attributes.exec(html); match !== null; match = attributes.exec(html)) {
      tags.lastIndex = attributes.lastIndex;
      const place = match.indices![2] ?? match.indices![3] ?? match.indices![4];
      if (place === undefined || !/^(?:src|href)$/i.test(match[1]!)) continue;
      const replacement = replacementOf(decodeHTMLAttribute(html.slice(...place)).trim());
      if (replacement === undefined) continue;
      pieces.push(html.slice(copied, place[0]), replacement);
      copied = place[1];
    }
  }
  return [...pieces, html.slice(copied)].join('');
};

const inText = (text: string, replacementOf: ReplacementOf): string => {
  if (wholeUrl.test(text)) return replacementOf(text) ?? text;
  return inTags(text, replacementOf).replace(markdownTarget, (url) => replacementOf(url) ?? url);
};

/**
 * The URLs in a part's content that may be fetched from the hosts on the list, each once: strings that are a URL as a
 * whole, `src` and `href` in HTML, and the targets of links and images in Markdown. A URL in prose is text.
 */
export const findForeignUrls = (content: Json, hosts: readonly string[]): string[] => {
  const found = new Set<string>();
  if (hosts.length === 0) return [];
  const note = (text: string) => {
    const url = URL.parse(text);
    if (url !== null && refusalOf(url, hosts) === undefined) found.add(text);
    return undefined;
  };
  mapStrings(content, (text) => inText(text, note));
  return [...found];
};

/** The content with URLs that were found in it replaced by references, which need no escaping in HTML. */
export const replaceForeignUrls = (content: Json, references: ReadonlyMap<string, `attachment:${string}`>): Json =>
  mapStrings(content, (text) => inText(text, (url) => references.get(url))) as Json;
