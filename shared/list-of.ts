import * as z from 'zod/mini';

/**
 * A list of any length. The parsing ends at the first wrong item, and its error names no other. `z.array` notes every wrong
 * item instead: 100,000 of them take seconds and overflow the stack. A list with a maximal length needs none of
 * this: zod asks for its length first.
 */
export const listOf = <Item extends z.ZodMiniType>(item: Item) =>
  z.transform((value: unknown, context): z.output<Item>[] => {
    if (!Array.isArray(value)) {
      context.issues.push({ code: 'invalid_type', expected: 'array', input: value });
      return z.NEVER;
    }
    const items: z.output<Item>[] = [];
    for (const [n, each] of value.entries()) {
      // safeParse words its issues here, and the caller of the whole schema has the words.
      const parsed = item._zod.run({ value: each, issues: [] }, { async: false }) as z.core.ParsePayload;
      if (parsed.issues.length > 0) {
        // Not by zod's own function for it: that is reached through a namespace, which takes all of zod into the bundle.
        context.issues.push(...parsed.issues.map((issue) => ({ ...issue, path: [n, ...(issue.path ?? [])] })));
        return z.NEVER;
      }
      items.push(parsed.value as z.output<Item>);
    }
    return items;
  });
