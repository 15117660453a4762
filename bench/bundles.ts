import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { build } from 'esbuild';
import { bundleFunctions, bundlesOf } from '../infra/bundles/bundle.ts';
import { readFunctions } from '../infra/local/function-definition.ts';
import { localAws } from '../infra/local/local-aws.ts';
import { synthesize } from '../infra/local/synthesize.ts';
import { loadAssembly } from '../infra/local/template.ts';
import { isRedacting, limitOf, sizesOf, writeBaseline } from './bundle-sizes.ts';
import { interleave, median } from './measure.ts';
import { type Bar, isMet, print } from './report.ts';

/** How large each function's bundle is, and how long it takes to import, against the least that a function on DynamoDB can be. */

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '15' }, update: { type: 'boolean', default: false } },
});

const run = promisify(execFile);

// As Lambda loads it: an ES module is imported, any other is required.
const loader = `
  import { createRequire } from 'node:module';
  const [file] = process.argv.slice(1);
  const require = createRequire(file);
  const start = performance.now();
  if (file.endsWith('.mjs')) await import(file);
  else require(file);
  console.log(performance.now() - start);
`;

const importTime = async (file: string, variables: Record<string, string>): Promise<number> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', loader, file], { env: variables });
  return Number(stdout);
};

/** Bundled as esbuild does it when it is asked for nothing but a small ES module for Node. */
const bundleBare = (outfile: string) =>
  build({
    entryPoints: [join(import.meta.dirname, 'processes/bare-handler.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire as __cr } from 'node:module'; const require = __cr(import.meta.url);" },
  });

const functions = readFunctions(loadAssembly(await synthesize()), {});
const dir = await mkdtemp(join(tmpdir(), 'expunge-bundles-'));
const sizes = sizesOf(bundlesOf(await bundleFunctions(dir)));
if (values.update) writeBaseline(sizes);

const bareFile = join(dir, 'index.mjs');
await bundleBare(bareFile);
const rounds = Number(values.rounds);
const rows: Record<string, string | number>[] = [];
const bars: Bar[] = [];
for (const { folder, moduleUrl, variables } of functions.toSorted((a, b) => a.folder.localeCompare(b.folder))) {
  // Each beside the bare one of its own: all functions take minutes, in which a machine's load changes.
  const times = await interleave(rounds, {
    bare: () => importTime(bareFile, { AWS_REGION: localAws.region }),
    ours: () => importTime(fileURLToPath(moduleUrl), variables),
  });
  const { atStart, later = 0 } = sizes[folder]!;
  const kilobytes = atStart / 1000;
  const limit = limitOf(folder);
  const [ours, bare] = [median(times.ours), median(times.bare)];
  rows.push({
    function: folder,
    KB: kilobytes,
    'KB later': later / 1000,
    'import ms': ours,
    'bare ms': bare,
    'import / bare': ours / bare,
  });
  if (limit) bars.push({ what: `${folder}, KB`, value: kilobytes, atMost: limit / 1000 });
  if (isRedacting(folder)) bars.push({ what: `${folder}, import / bare`, value: ours / bare, atMost: 1 });
}
await rm(dir, { recursive: true });

print({
  tables: { [`Bundles, and how long they take to import (medians of ${rounds} processes each)`]: rows },
  bars,
});
process.exitCode = bars.every(isMet) ? 0 : 1;
