import * as z from 'zod/mini';

/**
 * What a reader of a list needs of a value: a list ends at `most` items and one more, and at its first wrong item. zod notes every
 * wrong item: 100,000 of them take seconds and overflow its stack. An error names one anyway.
 */
export const cutAtFirstWrong = (item: z.ZodMiniType, most: number, value: unknown): unknown => {
  if (!Array.isArray(value)) return value;
  const values = most < value.length ? value.slice(0, most + 1) : value;
  const wrong = values.findIndex((each) => !item.safeParse(each).success);
  return wrong === -1 ? values : values.slice(0, wrong + 1);
};

/** A list of `least` to `most` items, read no further than it takes to refuse it. */
export const listOf = <Item extends z.ZodMiniType>(item: Item, { least = 0, most = Infinity } = {}) =>
  z.pipe(
    z.transform((value: unknown) => cutAtFirstWrong(item, most, value)),
    z.array(item).check(...(least > 0 ? [z.minLength(least)] : []), ...(most < Infinity ? [z.maxLength(most)] : [])),
  );
