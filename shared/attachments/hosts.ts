import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import * as z from 'zod/mini';

/** At least two labels, the last of which is no number: so no address, whatever its spelling, is a name. */
const name = /^(?=.{4,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** What may stand in an entry: `domainToASCII` would cut off a path or a port without a word. */
const spelling = /^[\w.\P{ASCII}-]{1,253}$/u;

const withoutDot = (host: string) => (host.endsWith('.') ? host.slice(0, -1) : host);

/** A name as a URL's host is written: lower case, punycode, without the dot at its end. */
const canonical = (text: string): string | undefined => {
  const host = spelling.test(text) ? withoutDot(domainToASCII(text)) : '';
  return name.test(host) ? host : undefined;
};

const entry = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const wildcard = text.startsWith('*.');
    const host = canonical(wildcard ? text.slice(2) : text);
    if (host !== undefined) return wildcard ? `*.${host}` : host;
    context.issues.push({
      code: 'custom',
      message: 'attachmentHosts: must be names of hosts, such as files.example.com or *.example.com',
      input: text,
    });
    return z.NEVER;
  }),
);

/**
 * The hosts from which an import may fetch files, at most 100: `files.example.com` is that host alone,
 * `*.example.com` every host below example.com, at any depth, and not example.com itself.
 */
export const attachmentHosts = z
  .array(entry)
  .check(
    z.maxLength(100),
    z.meta({ description: 'at most 100 names of hosts, such as files.example.com or *.example.com' }),
  );

const isListed = (host: string, hosts: readonly string[]): boolean =>
  name.test(host) &&
  hosts.some((listed) => (listed.startsWith('*.') ? host.endsWith(listed.slice(1)) : host === listed));

/** The name of a URL's host, as the list and the resolver know it. */
export const hostOf = (url: URL): string => withoutDot(url.hostname);

/** Why a URL is not fetched, or nothing if it may be. The words hold nothing of the URL. */
export const refusalOf = (url: URL, hosts: readonly string[]): string | undefined => {
  if (url.protocol !== 'https:') return 'it is not https';
  if (url.username !== '' || url.password !== '') return 'it names a user';
  // The parser has made dotted decimals of every spelling of an IPv4 address, and left out the port 443.
  if (isIP(url.hostname.replace(/^\[(.*)\]$/, '$1')) !== 0) return 'its host is an address';
  if (url.port !== '') return 'its port is not 443';
  return isListed(hostOf(url), hosts) ? undefined : "its host is not on the tenant's list";
};
