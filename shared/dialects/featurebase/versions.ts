import * as z from 'zod/mini';
import type { Json } from '../../conversations/conversation.ts';
import { ApiVersionInvalid } from '../../errors.ts';
import type { Headers } from '../dialect.ts';

/** The versions that are known, oldest first. */
export const versions = ['2025-12-12.clover', '2026-01-01.nova', '2026-08-19.orbit'] as const;

const [clover, nova] = versions;

const releasedOn = (version: string) => version.slice(0, version.indexOf('.'));

const dated = z.string().check(
  z.regex(/^\d{4}-\d{2}-\d{2}\.[a-z]{1,32}$/),
  z.refine((version) => z.iso.date().safeParse(releasedOn(version)).success),
);

/** One that is known, or a later one: what that adds is not known, and it reads like the newest that is. */
const isServed = (version: string): boolean => {
  if (versions.some((known) => known === version)) return true;
  if (!dated.safeParse(version).success) return false;
  const date = releasedOn(version);
  return date > releasedOn(nova) && !versions.some((known) => releasedOn(known) === date);
};

const header = 'featurebase-version';

/** The version asked for, else the tenant's own if it is served, else nova. Throws ApiVersionInvalid. */
export const versionIn = (headers: Headers, { version: own }: Json): string => {
  const asked = headers[header];
  if (asked === undefined) return typeof own === 'string' && isServed(own) ? own : nova;
  if (!isServed(asked)) throw new ApiVersionInvalid(asked);
  return asked;
};

/** Says which version an answer has, where the request named one; what is not served is not repeated. */
export const echoedVersion = (request: Headers): Record<string, string> => {
  const asked = request[header];
  return asked !== undefined && isServed(asked) ? { [header]: asked } : {};
};

/** Throws ApiVersionInvalid for the version that had no redaction. */
export const requireRedaction = (version: string | undefined): void => {
  if (version === clover) throw new ApiVersionInvalid(version);
};
