import { ApiVersionInvalid, ApiVersionMissing } from '../../errors.ts';
import type { Headers } from '../dialect.ts';

/** The one version whose wire is known; Augno spells versions `<minor>.<patch>.<codename>[-preview.<n>]`. */
export const latestVersion = '1.0.forge-preview.3';

// The service was renamed, and clients of both names are in use.
const spellings = ['augno', 'openmrp'] as const;

const askedFor = (headers: Headers) =>
  spellings.map((name) => headers[`${name}-version`]).find((version) => version !== undefined);

/** The version asked for, which Augno requires on every request. */
export const versionIn = (headers: Headers): string => {
  const asked = askedFor(headers);
  if (asked === undefined) throw new ApiVersionMissing();
  if (asked !== latestVersion) throw new ApiVersionInvalid(asked);
  return asked;
};

/** Augno echoes the version on every answer; one that it does not serve is not repeated. */
export const echoedVersion = (headers: Headers): Record<string, string> =>
  askedFor(headers) === latestVersion ? { 'augno-version': latestVersion } : {};
