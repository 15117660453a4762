import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writesIn } from '../support/writes-in.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** The first column of the table in which every write has its reason. */
const documented = (): string[] => {
  const [, section = ''] = read('docs/data-model.md').split('## Every write, and a late copy of it');
  const rows = section.split('\n## ')[0]!.matchAll(/^\| (`.+?) \|/gm);
  return [...rows].flatMap(([, cell]) => [...cell!.matchAll(/`([\w.-]+)`/g)].map(([, name]) => name!));
};

describe('the list of writes in docs/data-model.md', () => {
  it('names every write of the code, and none that is not there', () => {
    const files = globSync('{shared,functions}/**/*.ts', { cwd: root });
    const written = files.flatMap((file) => writesIn(read(file)).map((name) => `${basename(file, '.ts')}.${name}`));
    expect(written.length).toBeGreaterThan(40);
    expect(documented().toSorted()).toEqual(written.toSorted());
  });
});

describe('a write of a store', () => {
  const storeWith = (method: string, before = '') =>
    `export const store = (client) => { ${before} return { ${method} }; };`;

  it.each([
    ['of its own', storeWith('save: () => client.send(new PutCommand({}))')],
    ['of a batch', storeWith('save: () => putAll(client, [])')],
    ['in an async method', storeWith('async save() { await ifHeld(client.send(new UpdateItemCommand({}))); }')],
    ['through a function', storeWith('save: () => put()', 'const put = () => client.send(new PutCommand({}));')],
    [
      'through two functions',
      storeWith(
        'save: (item) => set(item)',
        'const put = (item) => client.send(new PutCommand(item)); const set = (item) => ifHeld(put(item));',
      ),
    ],
    ['of S3', storeWith('save: () => found(client.send(new CopyObjectCommand({})).catch(() => false))')],
    ["of Powertools'", 'class Records extends Layer { async save(record) { await super._putRecord(record); } }'],
  ])('%s is found', (_, source) => {
    expect(writesIn(source)).toEqual(['save']);
  });

  it('is not what only reads', () => {
    const put = 'const put = () => client.send(new PutCommand({}));';
    expect(writesIn(storeWith('find: () => client.send(new GetCommand({})), put: other.put', put))).toEqual([]);
  });
});
