import * as z from 'zod/mini';
import { bearerOrBasicToken } from '../credentials.ts';
import type { Dialect, Wire } from '../dialect.ts';
import { intercomError } from './errors.ts';
import { changedAt, presentConversation, presentPart, presentWhole, redactable } from './present.ts';
import { split, splitEntry } from './split.ts';
import { echoedVersion, versionIn, versions } from './versions.ts';

/** Intercom: one part or the source message, a fixed body in its place, and sixteen versions. */
export const intercom: Dialect & Wire = {
  name: 'intercom',
  pathPrefixes: ['/conversations'],
  // Its clients before version 6 send the token by Basic.
  credentials: bearerOrBasicToken,
  settings: { version: z.enum(versions) },
  version: versionIn,
  headers: echoedVersion,
  error: intercomError,
  versions,
  split,
  splitParts: splitEntry,
  redactable,
  changedAt,
  presentConversation,
  presentPart,
  present: (conversation, parts, version) => presentWhole(conversation, parts, { version }),
};
