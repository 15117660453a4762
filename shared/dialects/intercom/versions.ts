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

export const isBefore = (version: Version, other: Version) => versions.indexOf(version) < versions.indexOf(other);

/** The header that says which version an answer is in. */
export const versionHeader = (version: string): Record<string, string> => ({ 'intercom-version': version });

/** The version of that name; throws ApiVersionInvalid for one that is not served. */
export const versionOf = (asked: string): Version => {
  if (!isVersion(asked)) throw new ApiVersionInvalid(asked);
  return asked;
};

const askedFor = (headers: Headers) => headers['intercom-version'];

/** The version asked for, or the tenant's own; throws ApiVersionInvalid. */
export const versionIn = (headers: Headers, settings: Json): Version => {
  const own = typeof settings.version === 'string' ? settings.version : defaultVersion;
  return versionOf(askedFor(headers) ?? own);
};

/** What every answer repeats of the request's version; one that is not served is not repeated. */
export const echoedVersion = (headers: Headers): Record<string, string> => {
  const asked = askedFor(headers);
  return asked !== undefined && isVersion(asked) ? versionHeader(asked) : {};
};
