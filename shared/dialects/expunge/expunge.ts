import { bearerToken } from '../credentials.ts';
import type { Wire } from '../dialect.ts';
import { expungeError } from './errors.ts';

/** Expunge's own API, `/v1/…`: what no vendor has, for the conversations of every dialect. */
export const expunge: Wire = {
  name: 'expunge',
  pathPrefixes: ['/v1'],
  credentials: bearerToken,
  settings: {},
  version: () => undefined,
  headers: () => ({}),
  error: expungeError,
};
