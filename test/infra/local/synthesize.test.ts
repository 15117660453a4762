import { execFile } from 'node:child_process';
import { appendFile, cp, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const projectRoot = join(import.meta.dirname, '../../..');
const copied = ['infra', 'functions', 'shared', 'package.json', 'package-lock.json', 'cdk.json', 'tsconfig.json'];

// A copy of the project, so that its files can change.
let project: string;

const synthesizeCopy = async (options = { bundle: false }) => {
  const { stdout } = await run(process.execPath, [join(project, 'main.ts'), JSON.stringify(options)]);
  return stdout;
};

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'expunge-project-'));
  for (const path of copied) await cp(join(projectRoot, path), join(project, path), { recursive: true });
  await symlink(join(projectRoot, 'node_modules'), join(project, 'node_modules'));
  await writeFile(
    join(project, 'main.ts'),
    `import { synthesize } from './infra/local/synthesize.ts';
    process.stdout.write(await synthesize(JSON.parse(process.argv[2] ?? '')));`,
  );
});

afterAll(() => rm(project, { recursive: true }));

it(
  'synthesizes again only when an input has changed, and removes what nobody used for a day',
  { timeout: 60_000 },
  async () => {
    const first = await synthesizeCopy();
    expect(await readdir(first)).toContain('manifest.json');

    await writeFile(join(first, 'untouched'), '');
    expect(await synthesizeCopy()).toBe(first);
    expect(await readdir(first)).toContain('untouched');

    const dayBefore = new Date(Date.now() - 25 * 60 * 60 * 1000);
    await utimes(first, dayBefore, dayBefore);
    await appendFile(join(project, 'shared/table.ts'), '\n// A change.\n');
    const second = await synthesizeCopy();
    expect(second).not.toBe(first);
    expect(await readdir(second)).toContain('manifest.json');
    await expect(readdir(first)).rejects.toMatchObject({ code: 'ENOENT' });
  },
);

it('leaves nothing behind when the app fails, and says why', { timeout: 60_000 }, async () => {
  const before = await readdir(join(project, '.local/assemblies'));
  await appendFile(join(project, 'infra/app.ts'), "\nthrow new Error('out of order');\n");
  await expect(synthesizeCopy()).rejects.toMatchObject({ stderr: expect.stringContaining('out of order') });
  expect(await readdir(join(project, '.local/assemblies'))).toEqual(before);
});
