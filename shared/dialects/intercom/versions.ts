import type { Json } from '../../conversations/conversation.ts';
import { ApiVersionInvalid } from '../../errors.ts';
import type { Headers } from '../dialect.ts';

/** The versions that know redaction, oldest first. */
export const versions = [
  '2.2',
  '2.3',
  '2.4',
  '2.5',
  '2.6',
  '2.7',
  '2.8',
  '2.9',
  '2.10',
  '2.11',
  '2.12',
  '2.13',
  '2.14',
  '2.15',
  '2.16',
  'Preview',
] as const;

export type Version = (typeof versions)[number];

/** Where neither the request nor the tenant says one. */
const defaultVersion: Version = '2.15';

/** Intercom has had them, and they had no redaction. */
const older = ['1.0', '1.1', '1.2', '1.3', '1.4', '2.0', '2.1'];

export const isTooOld = (version: string) => older.includes(version);

const isVersion = (version: string): version is Version => (versions as readonly string[]).includes(version);

/** The newest that is numbered. A client that asks for a later one reads this: what that adds is not known here. */
const newest = versions.findLast((version) => version !== 'Preview')!;

/** Major and minor of a name that is spelled like a numbered version. */
const numbersOf = (version: string): number[] =>
  /^([1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/.exec(version)?.slice(1).map(Number) ?? [];

const isLater = (version: string): boolean => {
  const [major = 0, minor = 0] = numbersOf(version);
  const [newestMajor = 0, newestMinor = 0] = numbersOf(newest);
  return major > newestMajor || (major === newestMajor && minor > newestMinor);
};

/** The version that answers a request for this one; undefined where it is not served. */
const servedAs = (asked: string): Version | undefined => {
  if (isVersion(asked)) return asked;
  // What Preview was called before, and is still by clients.
  if (asked === 'Unstable') return 'Preview';
  return isLater(asked) ? newest : undefined;
};

export const isBefore = (version: Version, other: Version) => versions.indexOf(version) < versions.indexOf(other);

/** The header that says which version an answer is in. */
export const versionHeader = (version: string): Record<string, string> => ({ 'intercom-version': version });

/** The version that answers a request for this one; throws ApiVersionInvalid for one that is not served. */
export const versionOf = (asked: string): Version => {
  const served = servedAs(asked);
  if (served === undefined) throw new ApiVersionInvalid(asked);
  return served;
};

const askedFor = (headers: Headers) => headers['intercom-version'];

/** The version asked for, else the tenant's own if it is served, else 2.15. Throws ApiVersionInvalid. */
export const versionIn = (headers: Headers, settings: Json): Version => {
  const asked = askedFor(headers);
  if (asked !== undefined) return versionOf(asked);
  return (typeof settings.version === 'string' ? servedAs(settings.version) : undefined) ?? defaultVersion;
};

/** What every answer repeats of the request's version, as it was spelled; one that is not served is not repeated. */
export const echoedVersion = (headers: Headers): Record<string, string> => {
  const asked = askedFor(headers);
  return asked !== undefined && servedAs(asked) !== undefined ? versionHeader(asked) : {};
};
