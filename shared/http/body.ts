import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { InvalidRequest, TooLarge } from '../errors.ts';

/** Below Lambda's 6 MB for the whole event, so that a body over it is refused in the dialect's words. */
export const bodyLimit = 5 * 1024 * 1024;

/** Deeper documents than any vendor's; far below where a recursive writer of JSON runs out of stack. */
const depthLimit = 100;

const depthOf = (json: string): number => {
  let depth = 0;
  let deepest = 0;
  // Strings are skipped whole, so that brackets in a message do not count.
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, ++depth);
    else if (token === ']' || token === '}') depth--;
  }
  return deepest;
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
  // After the parser, which vouches that strings end: on one that does not, the depth would take quadratic time.
  if (depthOf(text) > depthLimit) throw new InvalidRequest(`The body is nested deeper than ${depthLimit} levels`);
  return value;
};
