import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import type { StageName } from '../environments.ts';
import { localAws } from './local-aws.ts';

const run = promisify(execFile);
const projectRoot = join(import.meta.dirname, '../..');
const assembliesDir = join(projectRoot, '.local/assemblies');

// What a synthesis depends on; node_modules is what package-lock.json says.
const inputs = ['infra', 'functions', 'shared', 'package-lock.json', 'cdk.json', 'tsconfig.json'];
// A cloud that runs still loads bundles from its assembly, so that one must outlive the edits of a day.
const keptMs = 24 * 60 * 60 * 1000;

const filesIn = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path)
        .toSorted()
        .flatMap((name) => filesIn(join(path, name)))
    : [path];

const hashInputs = (context: Record<string, unknown>) => {
  const hash = createHash('sha256').update(JSON.stringify(context));
  for (const file of inputs.flatMap((input) => filesIn(join(projectRoot, input)))) {
    const content = readFileSync(file);
    hash.update(`${file.slice(projectRoot.length)}:${content.length}:`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
};

// The flags of cdk.json, which only the CDK CLI reads, and what the CLI adds that the local cloud needs.
const contextFor = ({ stage, bundle }: Required<SynthesizeOptions>): Record<string, unknown> => {
  const cdkJson: unknown = JSON.parse(readFileSync(join(projectRoot, 'cdk.json'), 'utf8'));
  const { context } = z.object({ context: z.record(z.string(), z.unknown()) }).parse(cdkJson);
  return {
    ...context,
    env: stage,
    'aws:cdk:enable-asset-metadata': true,
    ...(!bundle && { 'aws:cdk:bundling-stacks': [] }),
  };
};

const runApp = async (outDir: string, context: Record<string, unknown>) => {
  await run(process.execPath, [join(projectRoot, 'infra/app.ts')], {
    cwd: projectRoot,
    env: {
      ...process.env,
      CDK_OUTDIR: outDir,
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_DEFAULT_ACCOUNT: '',
      CDK_DEFAULT_REGION: localAws.region,
    },
  });
};

// Another process may be removing the same ones.
const usedAt = (path: string) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const removeOldAssemblies = async () => {
  const dirs = readdirSync(assembliesDir).map((name) => join(assembliesDir, name));
  const old = dirs.filter((dir) => usedAt(dir) < Date.now() - keptMs);
  await Promise.all(old.map((dir) => rm(dir, { recursive: true, force: true })));
};

export type SynthesizeOptions = {
  stage?: StageName;
  /** Without bundles the templates come a third sooner, and no function can run. */
  bundle?: boolean;
};

/** Synthesizes the CDK app in a process of its own, unless nothing has changed since the last time; gives the assembly's folder. */
export const synthesize = async ({ stage = 'dev', bundle = true }: SynthesizeOptions = {}): Promise<string> => {
  const context = contextFor({ stage, bundle });
  const assemblyDir = join(assembliesDir, hashInputs(context));
  if (existsSync(assemblyDir)) {
    await utimes(assemblyDir, new Date(), new Date());
    return assemblyDir;
  }

  // A folder under a name of its own, renamed when it is whole: no reader and no parallel synthesis meets a half-written one.
  await mkdir(assembliesDir, { recursive: true });
  const unfinished = await mkdtemp(`${assemblyDir}-`);
  try {
    await runApp(unfinished, context);
    await rename(unfinished, assemblyDir);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (!existsSync(assemblyDir)) throw error;
  }
  await removeOldAssemblies();
  return assemblyDir;
};
