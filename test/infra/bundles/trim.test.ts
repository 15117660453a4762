import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { withoutRegions } from '../../../infra/bundles/trim.ts';

const file = 'node_modules/@aws-sdk/core/dist-es/submodules/client/util-endpoints/lib/aws/partitions.js';
const source = readFileSync(join(import.meta.dirname, '../../..', file), 'utf8');

const shape = z.object({
  partitions: z.array(
    z.object({ id: z.string(), regionRegex: z.string(), regions: z.record(z.string(), z.unknown()) }),
  ),
});

const partitionsIn = (code: string) =>
  shape.parse(JSON.parse(code.slice(code.indexOf('{'), code.lastIndexOf('}') + 1))).partitions;

it('A bundle finds the partition of every region that the SDK lists, and lists none', () => {
  const trimmed = partitionsIn(withoutRegions(source));
  expect(trimmed.flatMap(({ regions }) => Object.keys(regions))).toEqual([]);
  const listed = partitionsIn(source).flatMap(({ id, regions }) => Object.keys(regions).map((region) => [region, id]));
  // `aws-global` and its like are no regions to be deployed in.
  const real = listed.filter(([region]) => !region!.endsWith('-global'));
  expect(real.length).toBeGreaterThan(40);
  const found = real.map(([region]) => [
    region,
    trimmed.find(({ regionRegex }) => new RegExp(regionRegex).test(region!))?.id,
  ]);
  expect(found).toEqual(real);
});
