import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { Stack, Stage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

const infraDir = join(import.meta.dirname, '..');

const bundled = new Set<string>();

/** Bundles all functions at once, the first time that one is asked for; apart it took half a second each. */
const bundlesIn = (assemblyDir: string): string => {
  const dir = join(assemblyDir, 'bundles');
  if (!bundled.has(dir))
    execFileSync(process.execPath, [join(infraDir, 'bundles/bundle.ts'), dir], {
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  bundled.add(dir);
  return dir;
};

/** The code of the function in that folder under functions/; its source, when only the templates are asked for. */
export const codeOf = (scope: Construct, folder: string): Code => {
  const { bundlingRequired } = Stack.of(scope);
  const dir = bundlingRequired ? bundlesIn(Stage.of(scope)!.outdir) : join(infraDir, '../functions');
  return Code.fromAsset(join(dir, folder));
};
