import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns/promises';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request, type RequestOptions } from 'node:https';
import type { LookupFunction } from 'node:net';
import { DomainError, FileRefused, FileUnavailable, TooLarge } from '../errors.ts';
import { hostOf, refusalOf } from './hosts.ts';
import { isPublicAddress } from './public-address.ts';

/**
 * A file is held in memory, twice for the moment in which its pieces are joined. A function has 512 MB, so that
 * four files may be fetched at once. A larger file is uploaded.
 */
export const fetchedBytesAtMost = 25 * 1024 * 1024;

/** For the whole of a file, with its redirects: a third of the function's time. */
export const fetchTimeout = 10_000;

const redirectsAtMost = 3;
const redirects = new Set([301, 302, 303, 307, 308]);

/** The two ways out of the house. What may leave by them is checked here, and by no egress. */
export interface Egress {
  resolve: (host: string) => Promise<LookupAddress[]>;
  request: (options: RequestOptions) => ClientRequest;
}

export const internet: Egress = { resolve: (host) => lookup(host, { all: true }), request };

export interface FetchLimits {
  /** The tenant's list, as `attachmentHosts` parsed it. */
  hosts: readonly string[];
  maxBytes?: number;
  timeoutMs?: number;
}

export interface FetchedFile {
  /** `type/subtype` in lower case, without parameters; `application/octet-stream` if the answer has none. */
  contentType: string;
  bytes: number;
  body: Buffer;
}

/** The URL in its parts, if it may be fetched; `from` is the host that redirected to it. */
const fetchable = (text: string, hosts: readonly string[], from?: URL): URL => {
  const url = URL.parse(text, from?.href);
  const reason = url === null ? 'it is not a URL' : refusalOf(url, hosts);
  if (url !== null && reason === undefined) return url;
  // A host that is not on the list is not named: it may be made of anything.
  throw new FileRefused(
    from === undefined ? `A file's URL is refused: ${reason}` : `A redirect of ${hostOf(from)}'s is refused: ${reason}`,
  );
};

const orAborted = async <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
  });
  return Promise.race([promise, aborted]);
};

/** The connection is made to the very addresses that were checked: a second answer of the resolver's is not asked for. */
const pinnedTo =
  (addresses: LookupAddress[]): LookupFunction =>
  (_, { all }, done) => {
    const [first] = addresses;
    if (all === true) done(null, addresses);
    else done(null, first!.address, first!.family);
  };

const publicAddressesOf = async (host: string, signal: AbortSignal, egress: Egress): Promise<LookupAddress[]> => {
  const addresses = await orAborted(egress.resolve(host), signal);
  if (addresses.length === 0) throw new FileUnavailable(`The file at ${host} could not be fetched: no address`);
  if (addresses.every(({ address }) => isPublicAddress(address))) return addresses;
  throw new FileRefused(`The file at ${host} is refused: the host's address is not a public one`);
};

const answerOf = async (url: URL, signal: AbortSignal, egress: Egress): Promise<IncomingMessage> => {
  const host = hostOf(url);
  const options: RequestOptions = {
    host,
    servername: host,
    port: 443,
    path: `${url.pathname}${url.search}`,
    // Nothing of the caller's goes along, and a body that grows when it is decompressed is not asked for.
    headers: { host, accept: '*/*', 'accept-encoding': 'identity', 'user-agent': 'Expunge' },
    lookup: pinnedTo(await publicAddressesOf(host, signal, egress)),
    // An agent of its own: no connection of another request's, and no proxy of the environment's.
    agent: false,
    // Said, because the environment can say otherwise.
    rejectUnauthorized: true,
    signal,
  };
  return new Promise((resolve, reject) => {
    egress.request(options).on('response', resolve).on('error', reject).end();
  });
};

const contentTypeOf = ({ headers }: IncomingMessage): string => {
  const [type = ''] = (headers['content-type'] ?? '').split(';');
  const essence = type.trim().toLowerCase();
  return /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}$/.test(essence) ? essence : 'application/octet-stream';
};

const read = async (response: IncomingMessage, host: string, maxBytes: number): Promise<FetchedFile> => {
  const { statusCode, headers } = response;
  if (statusCode !== 200)
    throw new FileUnavailable(`The file at ${host} could not be fetched: it answered ${statusCode}`);
  if (!['', 'identity'].includes(headers['content-encoding'] ?? ''))
    throw new FileUnavailable(`The file at ${host} could not be fetched: it was sent compressed`);
  const tooLarge = () => new TooLarge(`The file at ${host} is larger than ${maxBytes} bytes`);
  if (Number(headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return { contentType: contentTypeOf(response), bytes, body: Buffer.concat(chunks) };
};

/** In our words, without the cause: a parser's error holds the bytes that it could not read. */
const worded = (error: unknown, host: string, signal: AbortSignal): DomainError => {
  if (error instanceof DomainError) return error;
  const code = String((error as { code?: unknown } | undefined)?.code);
  const detail = /^[A-Z][A-Z0-9_]{2,63}$/.test(code) ? `the connection failed (${code})` : 'the connection failed';
  return new FileUnavailable(
    `The file at ${host} could not be fetched: ${signal.aborted ? 'it took too long' : detail}`,
  );
};

/**
 * Fetches a file that a vendor's document names by its URL. Throws FileRefused for a URL that is not to be fetched,
 * FileUnavailable for one that does not answer with a file in time, TooLarge.
 */
export const fetchFile = async (
  address: string,
  { hosts, maxBytes = fetchedBytesAtMost, timeoutMs = fetchTimeout }: FetchLimits,
  egress: Egress,
): Promise<FetchedFile> => {
  const signal = AbortSignal.timeout(timeoutMs);
  let url = fetchable(address, hosts);
  for (let redirected = 0; redirected <= redirectsAtMost; redirected++) {
    let response: IncomingMessage | undefined;
    try {
      response = await answerOf(url, signal, egress);
      const { location } = response.headers;
      if (location === undefined || !redirects.has(response.statusCode!))
        return await read(response, hostOf(url), maxBytes);
      url = fetchable(location, hosts, url);
    } catch (error) {
      throw worded(error, hostOf(url), signal);
    } finally {
      response?.destroy();
    }
  }
  throw new FileRefused(`The file at ${hostOf(url)} is refused: it is behind more than ${redirectsAtMost} redirects`);
};
