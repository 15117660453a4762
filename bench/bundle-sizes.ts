import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FunctionDefinition } from '../infra/local/function-definition.ts';

const baselineFile = new URL('bundle-sizes.json', import.meta.url);

/** Bytes of each function's bundle, by its folder. */
export type Sizes = Record<string, number>;

export const sizesOf = (functions: FunctionDefinition[]): Sizes =>
  Object.fromEntries(
    functions
      .map(({ folder, moduleUrl }): [string, number] => [folder, statSync(fileURLToPath(moduleUrl)).size])
      .toSorted(([a], [b]) => a.localeCompare(b)),
  );

/** The sizes that were last agreed on; `npm run bench:bundles -- --update` writes those of now. */
export const readBaseline = (): Sizes => JSON.parse(readFileSync(baselineFile, 'utf8')) as Sizes;

export const writeBaseline = (sizes: Sizes): void =>
  writeFileSync(baselineFile, `${JSON.stringify(sizes, undefined, 2)}\n`);

export const isRedacting = (folder: string): boolean => /^(?!erasure)[^/]+\/redact/.test(folder);
export const isTask = (folder: string): boolean => folder.startsWith('erasure/');

/** Bytes that a bundle may have, where there is a bar. */
export const limitOf = (folder: string): number | undefined => {
  if (isRedacting(folder)) return 400_000;
  return isTask(folder) ? 230_000 : undefined;
};
