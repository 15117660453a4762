import * as z from 'zod/mini';

const upToFirstWrong = (item: z.ZodMiniType, values: readonly unknown[]): readonly unknown[] => {
  const wrong = values.findIndex((value) => !item.safeParse(value).success);
  return wrong === -1 ? values : values.slice(0, wrong + 1);
};

/**
 * Cuts a list for its reader at `most` items and one more, and at its first wrong item. zod notes every wrong item: 100,000 of
 * them take seconds and overflow its stack. An error names one anyway.
 */
export const cutAtFirstWrong = (item: z.ZodMiniType, most: number) =>
  z.transform((value: unknown) =>
    Array.isArray(value) ? upToFirstWrong(item, most < value.length ? value.slice(0, most + 1) : value) : value,
  );

/** A list of `least` to `most` items, read no further than it takes to refuse it. */
export const listOf = <Item extends z.ZodMiniType>(item: Item, { least = 0, most = Infinity } = {}) =>
  z.pipe(
    cutAtFirstWrong(item, most),
    z.array(item).check(...(least > 0 ? [z.minLength(least)] : []), ...(most < Infinity ? [z.maxLength(most)] : [])),
  );
