import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { limitOf, readBaseline, type Sizes, sizesOf } from '../../bench/bundle-sizes.ts';
import { type Bundle, bundleFunctions, bundlesOf } from '../../infra/bundles/bundle.ts';
import { leftOut } from '../../infra/bundles/trim.ts';
import { type FunctionDefinition, readFunctions } from '../../infra/local/function-definition.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { loadAssembly } from '../../infra/local/template.ts';

const run = promisify(execFile);

// A bundle that needs what only its build had fails when it is loaded from a file, in a process of its own. `node -e` and a
// test runner hide that: both define a global require.
const loader = 'const { handler } = await import(process.argv[2]); console.log(typeof handler);';

let dir: string;
let functions: FunctionDefinition[];
let sizes: Sizes;
/** The files of each bundle that a start loads, and those that may be loaded later; those of which nothing is left not among them. */
let contents: Record<string, Record<keyof Bundle, string[]>>;
/** The files that bundling has read. */
let inputs: string[];

const filesIn = ({ inputs: files }: Bundle['atStart']): string[] =>
  Object.entries(files).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'expunge-bundles-'));
  await writeFile(join(dir, 'load.mjs'), loader);
  functions = readFunctions(loadAssembly(await synthesize()), {});
  const metafile = await bundleFunctions(dir);
  inputs = Object.keys(metafile.inputs);
  const bundles = bundlesOf(metafile);
  sizes = sizesOf(bundles);
  contents = Object.fromEntries(
    Object.entries(bundles).map(([folder, { atStart, later }]) => [
      folder,
      { atStart: filesIn(atStart), later: later.flatMap(filesIn) },
    ]),
  );
});

afterAll(() => rm(dir, { recursive: true }));

/** The folders of the functions whose bundle holds such a file. */
const foldersWith = (file: RegExp): string[] =>
  Object.keys(contents)
    .filter((folder) => Object.values(contents[folder]!).some((paths) => paths.some((path) => file.test(path))))
    .toSorted();

/** The folders of the functions that the stack tells of that. */
const foldersToldOf = (variable: string): string[] =>
  functions.flatMap(({ folder, variables }) => (variable in variables ? [folder] : [])).toSorted();

it('loads every bundle of the template from its file', { timeout: 120_000 }, async () => {
  expect(functions.length).toBeGreaterThan(20);
  for (const { folder, moduleUrl, variables } of functions) {
    const { stdout, stderr } = await run(process.execPath, [join(dir, 'load.mjs'), moduleUrl], { env: variables });
    expect({ folder, stdout, stderr }).toEqual({ folder, stdout: 'function\n', stderr: '' });
  }
});

describe('a bundle', () => {
  it('is made of every function of the template', () => {
    expect(Object.keys(contents).toSorted()).toEqual(functions.map(({ folder }) => folder).toSorted());
  });

  it.each([
    ['TABLE_NAME', /@aws-sdk\/client-dynamodb\//],
    ['BUCKET_NAME', /@aws-sdk\/client-s3\//],
    ['STATE_MACHINE_ARN', /@aws-sdk\/client-sfn\//],
    ['IDEMPOTENCY_TABLE_NAME', /@aws-lambda-powertools\/idempotency\//],
  ])('of a function without %s has no client for it', (variable, client) => {
    expect(foldersWith(client)).toEqual(foldersToldOf(variable));
  });

  it.each([
    ['the default chain of credentials', /credential-provider-(?!env)|nested-clients|token-providers/],
    ['event streams', /@smithy\/core\/.*\/event-streams\//],
    ['JMESPath', /@aws-lambda-powertools\/jmespath\//],
    ['CommonJS builds of the SDK', /@(?:aws-sdk|smithy)\/.*\/dist-cjs\//],
    ['more of zod than zod/mini', /\/zod\/v4\/classic\//],
    ['words in other languages than English', /\/zod\/v4\/locales\/(?!en\.js|index\.js)/],
  ])('has not got %s', (_, file) => {
    expect(foldersWith(file)).toEqual([]);
  });

  const ofFiles = ['functions/bucket.ts', 'shared/attachments/bucket-calls.ts', 'shared/env.ts', 'shared/s3.ts'];
  const ofExecutions = [
    'functions/state-machine.ts',
    'shared/env.ts',
    'shared/redactions/workflow.ts',
    'shared/step-functions.ts',
  ];

  it('of a task loads the clients that few of its runs need later, and nothing else', () => {
    const later = Object.entries(contents).filter(([, files]) => files.later.length > 0);
    for (const [, files] of later)
      expect(files.atStart.filter((path) => /\/@aws-sdk\/client-(s3|sfn)\//.test(path))).toEqual([]);
    // A second copy of the logger, of a store or of an error class would know nothing of the first.
    const own = ([folder, files]: (typeof later)[number]) => {
      return [folder, files.later.filter((path) => /^(functions|shared)\//.test(path)).toSorted()];
    };
    expect(Object.fromEntries(later.map(own))).toEqual({
      'erasure/erase-chunk': ofFiles,
      'erasure/resume': [...ofFiles, ...ofExecutions].toSorted(),
    });
  });

  it('leaves out files that are still where the list says', () => {
    expect(leftOut.filter((file) => !inputs.some((path) => path.endsWith(`/${file}`)))).toEqual([]);
  });
});

describe('the size of a bundle', () => {
  it('is that of the baseline, or at most a tenth more', () => {
    const baseline = readBaseline();
    expect(Object.keys(sizes)).toEqual(Object.keys(baseline));
    const grown = Object.entries(sizes).filter(([folder, { atStart, later = 0 }]) => {
      const before = baseline[folder]!;
      return atStart > before.atStart * 1.1 || later > (before.later ?? 0) * 1.1;
    });
    // If it has to be: npm run bench:bundles -- --update
    expect(grown).toEqual([]);
  });

  it('is within its bar, by what a start loads', () => {
    const over = Object.entries(sizes).filter(([folder, { atStart }]) => atStart > (limitOf(folder) ?? Infinity));
    expect(over).toEqual([]);
  });
});
