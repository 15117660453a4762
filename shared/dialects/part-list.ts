import * as z from 'zod/mini';
import { assertFewParts } from '../conversations/limits.ts';
import { listOf } from '../list-of.ts';

/**
 * The list of parts in a vendor's document. It throws TooLarge for more than one request may bring, before it reads any of
 * them. The schema asks here, so nothing looks into a document that may be null.
 */
export const partList = <Item extends z.ZodMiniType>(item: Item) =>
  z.pipe(
    z.transform((value: unknown) => {
      assertFewParts(value);
      return value;
    }),
    listOf(item),
  );
