import * as z from 'zod/mini';
import { bearerToken } from '../credentials.ts';
import type { Dialect, Wire } from '../dialect.ts';
import { latestOf } from '../latest-of.ts';
import { featurebaseError } from './errors.ts';
import { messageTypes } from './outlines.ts';
import { present, presentConversation, presentPart } from './present.ts';
import { split, splitMessage } from './split.ts';
import { echoedVersion, versionIn, versions } from './versions.ts';

/** Featurebase: redaction of one message, bodies empty and flagged, an optional version header. */
export const featurebase: Dialect & Wire = {
  name: 'featurebase',
  pathPrefixes: ['/v2'],
  credentials: bearerToken,
  settings: { version: z.enum(versions) },
  version: versionIn,
  headers: echoedVersion,
  error: featurebaseError,
  versions,
  split,
  splitParts: splitMessage,
  redactable: ({ structure }) => messageTypes.has(structure.partType as string),
  changedAt: ({ createdAt, updatedAt, lastActivityAt }) => latestOf(createdAt, updatedAt, lastActivityAt),
  presentConversation,
  presentPart,
  present,
};
