import { globSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { trim } from './trim.ts';

const projectRoot = join(import.meta.dirname, '../..');
const functionsDir = join(projectRoot, 'functions');

/**
 * Bundles every function, all in one go, each into a folder of its own: `<outDir>/<folder under functions/>/index.cjs`.
 * Gives back esbuild's account of what is in them.
 */
export const bundleFunctions = async (outDir: string): Promise<Metafile> => {
  const handlers = globSync('*/*/handler.ts', { cwd: functionsDir }).toSorted();
  const { metafile } = await build({
    absWorkingDir: projectRoot,
    entryPoints: handlers.map((handler) => ({
      in: join(functionsDir, handler),
      out: join(dirname(handler), 'index'),
    })),
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
    plugins: [trim],
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
};

/** The bundle of each function in an account of esbuild's, by its folder under functions/. */
export const bundlesOf = ({ outputs }: Metafile): Record<string, Metafile['outputs'][string]> =>
  Object.fromEntries(
    Object.values(outputs).flatMap((output) =>
      output.entryPoint ? [[relative('functions', dirname(output.entryPoint)), output]] : [],
    ),
  );

// CDK's constructs can't wait, and start this file as a process.
if (import.meta.main) await bundleFunctions(process.argv[2]!);
