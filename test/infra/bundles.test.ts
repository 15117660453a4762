import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFunctions } from '../../infra/local/function-definition.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { loadAssembly } from '../../infra/local/template.ts';

const run = promisify(execFile);

// CommonJS that is left inside an ESM bundle fails when it is loaded from a file, in a process of its own. `node -e` and a
// test runner hide that: both define a global require.
const loader = 'const { handler } = await import(process.argv[2]); console.log(typeof handler);';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'expunge-bundles-'));
  await writeFile(join(dir, 'load.mjs'), loader);
});

afterAll(() => rm(dir, { recursive: true }));

it('loads every bundle of the template from its file', { timeout: 120_000 }, async () => {
  const functions = readFunctions(loadAssembly(await synthesize()), {});
  expect(functions.length).toBeGreaterThan(0);
  for (const { folder, moduleUrl, variables } of functions) {
    const { stdout, stderr } = await run(process.execPath, [join(dir, 'load.mjs'), moduleUrl], { env: variables });
    expect({ folder, stdout, stderr }).toEqual({ folder, stdout: 'function\n', stderr: '' });
  }
});
