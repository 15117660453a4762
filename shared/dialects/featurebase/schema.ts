import * as z from 'zod/mini';
import { externalId } from '../../conversations/external-id.ts';
import { conversationId, isOpaqueId } from '../../conversations/ids.ts';
import { partList } from '../part-list.ts';
import { partType } from './outlines.ts';

/** The source message's id among the parts; Featurebase gives it none. */
export const sourceId = 'source';

const notId = 'must be a short id: a number, or 1 to 256 letters, digits or ._:~=-';

/** A short id, which Featurebase writes as a string and clients also as a number. */
export const shortId = z.pipe(
  z.union([externalId, z.int().check(z.nonnegative())], { error: notId }),
  z.transform(String),
);

/** A conversation's id in a body, as the id that it has everywhere else. */
export const bodyConversationId = z.pipe(
  shortId,
  z.transform((short) => conversationId('featurebase', short)),
);

/** The same in a path. What can't be one is found nowhere. */
export const pathConversationId = z.pipe(
  z.string(),
  z.transform((short) => conversationId('featurebase', isOpaqueId(short) ? short : '')),
);

/** What a read adds when it is asked to. */
export type Includes = ReadonlySet<string>;

/** Names that are not known are passed over. */
export const include = z
  .pipe(
    z._default(z.string(), ''),
    z.transform((names): Includes => new Set(names.split(',').map((name) => name.trim()))),
  )
  .check(z.meta({ description: 'Separated by commas: customAttributeDefinitions' }));

/** What a part must have to be stored: ids that can stand in keys. */
export const partDocument = z.looseObject({
  id: shortId.check(z.refine((given) => given !== sourceId, 'must not be the id of the source message')),
  partType,
  author: z.nullish(z.looseObject({ id: z.nullish(shortId) })),
});

/** What an import takes: the conversation as `GET /v2/conversations/{id}` returns it. */
export const importDocument = z.looseObject({
  id: shortId,
  source: z.nullish(z.looseObject({ author: z.nullish(z.looseObject({ id: z.nullish(shortId) })) })),
  conversationParts: z.optional(partList(partDocument)),
});
