import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { readBody } from '../../../shared/http/body.ts';

const read = (text: string) => {
  for (const [body, isBase64Encoded] of [
    [text, false],
    [Buffer.from(text).toString('base64'), true],
  ] as const)
    readBody({ body, isBase64Encoded } as APIGatewayProxyEventV2);
};
const lists = (depth: number, innermost = '') => '['.repeat(depth) + innermost + ']'.repeat(depth);
const objects = (depth: number) => '{"a":'.repeat(depth) + '0' + '}'.repeat(depth);
const tooDeep = expect.objectContaining({
  name: 'InvalidRequest',
  message: 'The body is nested deeper than 100 levels',
});

describe('a body', () => {
  it.each([
    ['lists', lists(100)],
    ['objects', objects(100)],
    ['lists and objects in turns', `${'[{"a":'.repeat(50)}0${'}]'.repeat(50)}`],
    ['lists beside each other', `[${lists(99)},${lists(99)}]`],
    ['brackets in a string', lists(100, JSON.stringify('[{'.repeat(100)))],
    ['brackets behind escaped quotes', lists(100, JSON.stringify('\\"[{"\\\\'.repeat(100)))],
    ['brackets in a name of a field', lists(99, JSON.stringify({ '[[\\': '[' }))],
  ])('may be 100 levels deep: %s', (_, text) => {
    expect(() => read(text)).not.toThrow();
  });

  it.each([
    ['lists', lists(101)],
    ['objects', objects(101)],
    ['lists and objects in turns', `[${'[{"a":'.repeat(50)}0${'}]'.repeat(50)}]`],
    ['behind a string that ends with a backslash', lists(100, `"\\\\",[]`)],
    ['behind a string that ends with an escaped quote', lists(100, `"\\"",{}`)],
    ['half a million levels', lists(500_000)],
  ])('may not be deeper: %s', (_, text) => {
    expect(() => read(text)).toThrow(tooDeep);
  });
});
