import { readFileSync, writeFileSync } from 'node:fs';
import type { Bundle } from '../infra/bundles/bundle.ts';

const baselineFile = new URL('bundle-sizes.json', import.meta.url);

/** Bytes of each function's bundle, by its folder: what a start loads, and what it may load later, where there is something. */
export type Sizes = Record<string, { atStart: number; later?: number }>;

export const sizesOf = (bundles: Record<string, Bundle>): Sizes =>
  Object.fromEntries(
    Object.entries(bundles)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([folder, { atStart, later }]) => {
        const bytesLater = later.reduce((sum, { bytes }) => sum + bytes, 0);
        return [folder, { atStart: atStart.bytes, ...(bytesLater > 0 && { later: bytesLater }) }];
      }),
  );

/** The sizes that were last agreed on; `npm run bench:bundles -- --update` writes those of now. */
export const readBaseline = (): Sizes => JSON.parse(readFileSync(baselineFile, 'utf8')) as Sizes;

export const writeBaseline = (sizes: Sizes): void =>
  writeFileSync(baselineFile, `${JSON.stringify(sizes, undefined, 2)}\n`);

export const isRedacting = (folder: string): boolean => /^(?!erasure)[^/]+\/redact/.test(folder);
export const isTask = (folder: string): boolean => folder.startsWith('erasure/');

/** Bytes that a start may load, where there is a bar. */
export const limitOf = (folder: string): number | undefined => {
  if (isRedacting(folder)) return 400_000;
  return isTask(folder) ? 230_000 : undefined;
};
