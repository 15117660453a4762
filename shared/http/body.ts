import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { InvalidRequest, TooLarge } from '../errors.ts';

/** Below Lambda's 6 MB for the whole event, so that a body over it is refused in the dialect's words. */
export const bodyLimit = 5 * 1024 * 1024;

/** Deeper documents than any vendor's; far below where a recursive writer of JSON runs out of stack. */
const depthLimit = 100;

const quote = 0x22;
const backslash = 0x5c;

/** Where the string behind its first quote ends: behind a quote that an even number of backslashes precedes. */
const endOfString = (json: string, start: number): number => {
  let n = start;
  while (n < json.length && json.charCodeAt(n) !== quote) n += json.charCodeAt(n) === backslash ? 2 : 1;
  return n + 1;
};

/** Strings are skipped whole, so that brackets in a message do not count. */
const isDeeperThan = (limit: number, json: string): boolean => {
  let depth = 0;
  for (let n = 0; n < json.length;) {
    const unit = json.charCodeAt(n++);
    if (unit === quote) n = endOfString(json, n);
    // Both brackets differ from their braces by one bit.
    else if ((unit | 0x20) === 0x7b) depth++;
    else if ((unit | 0x20) === 0x7d) depth--;
    if (depth > limit) return true;
  }
  return false;
};

/** The JSON body, or undefined for none. The content type is not asked: clients of these APIs often send none. */
export const readBody = ({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown => {
  const text = isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
  if (text.trim() === '') return undefined;
  const bytes = Buffer.byteLength(text);
  if (bytes > bodyLimit) throw new TooLarge(`The body is ${bytes} bytes; the limit is ${bodyLimit}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without its cause: a parser's message quotes the text.
    throw new InvalidRequest('The body is not valid JSON');
  }
  if (isDeeperThan(depthLimit, text)) throw new InvalidRequest(`The body is nested deeper than ${depthLimit} levels`);
  return value;
};
