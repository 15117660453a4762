import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** All that is given out for the public internet (RFC 4291); the rest are reserved, local, or hold an IPv4 address. */
const globalUnicast = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Whether an address that a resolver answered is one of the public internet's. IPv6 addresses that hold an IPv4
 * address (mapped, NAT64, 6to4, Teredo) are not, since what they reach is not what they say.
 */
export const isPublicAddress = (address: string): boolean => {
  // ipaddr.js also reads octal and short spellings, which no resolver answers.
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6 && !parsed.match(globalUnicast)) return false;
  return parsed.range() === 'unicast';
};
