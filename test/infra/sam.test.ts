import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../infra/local/synthesize.ts';
import { resourcesOf, type StackTemplate } from './stack-template.ts';

const intrinsics = new Set(['Ref', 'Fn::GetAtt', 'Fn::ImportValue', 'Fn::Join']);

const isResolvable = (value: unknown) =>
  typeof value === 'string' ||
  (typeof value === 'object' && value !== null && Object.keys(value).every((name) => intrinsics.has(name)));

const importsOf = (variables: Record<string, unknown>) =>
  Object.entries(variables)
    .filter(([, value]) => typeof value !== 'string')
    .map(([name]) => name)
    .toSorted();

const page = readFileSync(join(import.meta.dirname, '../../docs/invoke.md'), 'utf8');
const environmentFile = z
  .object({ Parameters: z.record(z.string(), z.string()) })
  .parse(JSON.parse(/```json\n(.*?)```/s.exec(page)![1]!));

describe.each(['Api', 'Erasure'])('for sam local invoke the template %s', (stack) => {
  let dir: string;
  let functions: [id: string, resource: StackTemplate['Resources'][string] & { Metadata?: Record<string, string> }][];

  beforeAll(async () => {
    dir = await synthesize();
    const template = JSON.parse(readFileSync(join(dir, `Expunge-dev-${stack}.template.json`), 'utf8')) as StackTemplate;
    functions = resourcesOf(template, 'AWS::Lambda::Function');
  });

  it('says where the code of every function lies, and the file of its handler is there', () => {
    expect(functions.length).toBeGreaterThan(4);
    for (const [, { Properties, Metadata }] of functions) {
      expect(Metadata).toMatchObject({ 'aws:asset:property': 'Code', 'aws:asset:path': expect.any(String) });
      const code = join(dir, Metadata!['aws:asset:path']!);
      expect(existsSync(code)).toBe(true);
      const [file] = String(Properties['Handler']).split('.');
      expect(readdirSync(code).filter((name) => name.startsWith(`${file}.`))).toHaveLength(1);
      expect(Properties['Runtime']).toBe('nodejs24.x');
    }
  });

  it('has the functions that the documentation names', () => {
    const named = [...page.matchAll(/sam local invoke (\w+) -t cdk\.out\/Expunge-dev-(\w+)\.template/g)];
    expect(named.length).toBeGreaterThan(0);
    const here = named.flatMap(([, id, inStack]) => (inStack === stack ? [id] : []));
    expect(functions.map(([id]) => id)).toEqual(expect.arrayContaining(here));
  });

  it('imports, for the functions that the documentation names, exactly what its environment file says', () => {
    const named = functions.filter(([id]) => page.includes(`sam local invoke ${id} `));
    const known = Object.keys(environmentFile.Parameters).toSorted();
    expect(named.map(([, { Properties }]) => importsOf(Properties['Environment'].Variables))).toEqual(
      named.map(() => known),
    );
  });

  it('gives every variable a text, or one that an environment file can stand in for', () => {
    const variables = functions.flatMap(([, { Properties }]) => Object.entries(Properties['Environment'].Variables));
    expect(variables.filter(([, value]) => !isResolvable(value))).toEqual([]);
  });
});
