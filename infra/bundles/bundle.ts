import { globSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';
import { trim } from './trim.ts';

const projectRoot = join(import.meta.dirname, '../..');
const functionsDir = join(projectRoot, 'functions');

/** What a function imports only when it needs it, by its folder: files of their own beside the bundle, which a start does not load. */
const loadedLater: Record<string, readonly string[]> = {
  'erasure/erase-chunk': ['bucket'],
  'erasure/resume': ['bucket', 'state-machine'],
};

/** Leaves our dynamic imports to be found there; esbuild itself can split off files of ES modules alone. */
const beside: Plugin = {
  name: 'beside',
  setup: (build) =>
    build.onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${basename(path, '.ts')}.cjs`, external: true } : undefined,
    ),
};

/**
 * Bundles every function, all in one go, each into a folder of its own: `<outDir>/<folder under functions/>/index.cjs`.
 * Gives back esbuild's account of what is in them.
 */
export const bundleFunctions = async (outDir: string): Promise<Metafile> => {
  const folders = globSync('*/*/handler.ts', { cwd: functionsDir }).map(dirname).toSorted();
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: [
      ...folders.map((folder) => ({ in: join(functionsDir, folder, 'handler.ts'), out: join(folder, 'index') })),
      ...Object.entries(loadedLater).flatMap(([folder, names]) =>
        names.map((name) => ({ in: join(functionsDir, `${name}.ts`), out: join(folder, name) })),
      ),
    ],
    outdir: outDir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    // It loads faster than an ES module, whose imports of Node's own modules load all that those offer.
    format: 'cjs',
    // No source maps: loading one costs more than the trimming saves, and errors are told apart by name.
    minify: true,
    legalComments: 'none',
    // Without this esbuild takes the CommonJS builds, 190 KB more; the SDK is bundled, so that the pinned one runs.
    mainFields: ['module', 'main'],
    plugins: [trim, beside],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
};

/** The files of a bundle: what a start loads, and what may be loaded later. */
export type Bundle = { atStart: Metafile['outputs'][string]; later: Metafile['outputs'][string][] };

/** The bundle of each function in an account of esbuild's, by its folder under functions/. */
export const bundlesOf = ({ outputs }: Metafile): Record<string, Bundle> => {
  const files = Object.entries(outputs);
  return Object.fromEntries(
    files.flatMap(([file, atStart]) => {
      if (!atStart.entryPoint?.endsWith('/handler.ts')) return [];
      const dir = dirname(file);
      const later = files.flatMap(([path, output]) => (dirname(path) === dir && path !== file ? [output] : []));
      return [[relative('functions', dirname(atStart.entryPoint)), { atStart, later }]];
    }),
  );
};

// CDK's constructs can't wait, and start this file as a process.
if (import.meta.main) await bundleFunctions(process.argv[2]!);
