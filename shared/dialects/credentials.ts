import type { Headers } from './dialect.ts';

const parameterOf = (headers: Headers, scheme: string): string | undefined => {
  const [, given, parameter] = /^(\S+)\s+(\S+)$/.exec((headers.authorization ?? '').trim()) ?? [];
  return given?.toLowerCase() === scheme ? parameter : undefined;
};

/** The token of `Authorization: Bearer <token>`. */
export const bearerToken = (headers: Headers): string | undefined => parameterOf(headers, 'bearer');

/** Name and password of `Authorization: Basic …`. */
export const basicCredentials = (headers: Headers): { name: string; password: string } | undefined => {
  const parameter = parameterOf(headers, 'basic');
  if (parameter === undefined) return undefined;
  const decoded = Buffer.from(parameter, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  return colon < 0 ? undefined : { name: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
};

/** The token of `Authorization: Bearer <token>`, or of Basic with the token as the name and an empty password. */
export const bearerOrBasicToken = (headers: Headers): string | undefined => {
  const basic = basicCredentials(headers);
  return bearerToken(headers) ?? (basic?.password === '' ? basic.name : undefined);
};
