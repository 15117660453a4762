import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { listOf } from '../../shared/list-of.ts';

const issuesOf = (schema: z.ZodMiniType, value: unknown) => schema.safeParse(value).error?.issues;

describe('a list', () => {
  it('is what it was, if all its items are right', () => {
    expect(listOf(z.int(), { least: 1, most: 3 }).parse([1, 2, 3])).toEqual([1, 2, 3]);
  });

  it('of 200,000 wrong items names the first, and no other', () => {
    const document = z.looseObject({ list: listOf(z.int()) });
    const issues = issuesOf(document, { list: [1, ...Array.from({ length: 200_000 }, () => 'x')] });
    expect(issues).toEqual([expect.objectContaining({ code: 'invalid_type', path: ['list', 1] })]);
  });

  it.each([
    ['too long', [1, 2, 3, 4], 'too_big'],
    ['too short', [], 'too_small'],
    ['no list', {}, 'invalid_type'],
    ['not there', undefined, 'invalid_type'],
  ])('is refused if it is %s', (_, value, code) => {
    expect(issuesOf(listOf(z.int(), { least: 1, most: 3 }), value)).toEqual([expect.objectContaining({ code })]);
  });
});
