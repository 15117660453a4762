import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { listOf } from '../../shared/list-of.ts';

const issuesOf = (schema: z.ZodMiniType, value: unknown) => schema.safeParse(value).error?.issues;

describe('a list', () => {
  it('is what its items are parsed to', () => {
    const doubled = z.pipe(
      z.int(),
      z.transform((n) => 2 * n),
    );
    expect(listOf(doubled).parse([1, 2])).toEqual([2, 4]);
    expect(listOf(doubled).parse([])).toEqual([]);
  });

  it('of 200,000 wrong items names the first, and no other', () => {
    const document = z.looseObject({ list: listOf(z.looseObject({ id: z.int() })) });
    const issues = issuesOf(document, { list: [{ id: 1 }, ...Array.from({ length: 200_000 }, () => ({ id: 'x' }))] });
    expect(issues).toEqual([expect.objectContaining({ code: 'invalid_type', path: ['list', 1, 'id'] })]);
  });

  it('has the words of whom the whole schema is parsed by', () => {
    const words = (list: unknown) =>
      z.object({ list: listOf(z.int()) }).safeParse({ list }, { error: ({ code }) => `words for ${code}` }).error
        ?.issues;
    expect(words(['x'])?.[0]?.message).toBe('words for invalid_type');
    expect(words('x')?.[0]?.message).toBe('words for invalid_type');
  });

  it.each([
    ['no list', {}],
    ['not there', undefined],
  ])('is refused if it is %s', (_, value) => {
    expect(issuesOf(listOf(z.int()), value)).toEqual([expect.objectContaining({ code: 'invalid_type', path: [] })]);
  });
});
