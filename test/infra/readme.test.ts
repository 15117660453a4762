import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { deployments } from './deployments.ts';
import { readTemplate, stackNames } from './stack-template.ts';

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');

describe('the README', () => {
  it('names every output of the stacks, and no other', async () => {
    const templates = await Promise.all(
      deployments.flatMap((deployment) => stackNames.map((stack) => readTemplate(deployment, stack))),
    );
    // Exports between stacks are outputs as well, of names that CDK made.
    const outputs = templates
      .flatMap(({ Outputs }) => Object.keys(Outputs))
      .filter((name) => !name.startsWith('ExportsOutput'));
    const [sentence = ''] = /The outputs are [^;]+;/.exec(readme) ?? [];
    const named = [...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    expect(named.toSorted()).toEqual([...new Set(outputs)].toSorted());
  });
});
