import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { handler as appendParts } from '../../../functions/expunge/append-parts/handler.ts';
import { handler as importConversation } from '../../../functions/expunge/import-conversation/handler.ts';
import { attachments } from '../../../functions/files.ts';
import { internet } from '../../../shared/attachments/fetch-file.ts';
import { fetchFiles } from '../../../shared/attachments/fetch-files.ts';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { settingsStore } from '../../../shared/tenants/settings-store.ts';
import {
  everyKey,
  filesOf,
  follow,
  head,
  messageWith,
  newAttachmentId,
  uploaded,
  urlsIn,
} from '../../support/attachments.ts';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { type Answer, call, type Call } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { everyPart, expungeApi, imported } from '../../support/endpoints.ts';
import { type Attempt, Killed, withFaults } from '../../support/faults.ts';
import { startFileHost } from '../../support/file-host.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

const tenant = 'tenant-fetching';
const address = 'https://files.example.com/canary.png?signature=canary';
const bytes = 'canary of a picture';

type Respond = (request: IncomingMessage, response: ServerResponse) => void;
const png: Respond = (_, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end(bytes);
const sends =
  (status: number, headers = {}): Respond =>
  (_, response) =>
    void response.writeHead(status, headers).end('canary');

let respond: Respond;
let host: Awaited<ReturnType<typeof startFileHost>>;
let key: string;
let id: string;

const allow = (tenantId: string, hosts: string[], dialect = 'augno') =>
  settingsStore(documents, requireEnv('TABLE_NAME')).write(tenantId, dialect, { attachmentHosts: hosts });

beforeAll(async () => {
  host = await startFileHost((request, response) => respond(request, response));
  const { egress } = host.egressWith();
  vi.spyOn(internet, 'resolve').mockImplementation((name) => egress.resolve(name));
  vi.spyOn(internet, 'request').mockImplementation((options) => egress.request(options));
  key = await keyOf(tenant);
  await allow(tenant, ['files.example.com', 'cdn.example.com']);
});
afterAll(async () => {
  vi.restoreAllMocks();
  await host.stop();
});
beforeEach(async () => {
  respond = png;
  id = await imported(key, documentOf(1));
  host.requests.length = 0;
});

const asked = () => host.requests.map(({ url }) => url);
const keysOf = () => filesOf(tenant, `augno:${id}`);
const standing = async () => JSON.stringify([await everyItem(), await everyKey()]);
const append = (parts: unknown[], { fetchFiles = true, ...more }: Call & { fetchFiles?: unknown } = {}) =>
  call(appendParts, { key, path: { id: `augno:${id}` }, body: { parts, fetchFiles }, ...more });
const shown = async (place = 1): Promise<any> => (await everyPart(key, id))[place].part;
const error = (status: number, code: string, parameter: string | null = null) => ({
  status,
  body: { error: { code, parameter } },
});
const expectSilent = ({ text }: Answer) => expect(text).not.toMatch(/canary|signature/);

describe('a file that an append fetches', () => {
  it('comes to its part as an upload does, is shown by a link, and is gone after the redaction', async () => {
    expect(await append([messageWith('mg_file', 2, [address])])).toMatchObject({
      status: 200,
      body: { parts: { added: 1, existing: 0 } },
    });
    const [placed] = await keysOf();
    expect(placed).toMatch(new RegExp(`^files/${tenant}/augno:${id}/0/000000001/att_[0-9a-f]{32}$`));
    expect(await head(placed!)).toMatchObject({ ContentType: 'image/png' });
    expect(await everyKey(`staging/${tenant}/`)).toEqual([]);
    expect(await itemsWith(address)).toEqual([]);
    const [link] = urlsIn(await shown());
    expect(await follow(link!)).toEqual({ status: 200, text: bytes });

    expect((await expungeApi.redact(key, id)).body).toMatchObject({ state: 'completed', verified: true });
    expect(await keysOf()).toEqual([]);
    expect((await follow(link!)).status).toBe(404);
  });

  it('comes with an import too, wherever the content names it', async () => {
    const document = documentOf(0, freshId('cv'));
    id = document.conversation.id;
    document.messages.push({
      ...messageWith('mg_file', 2, [address]),
      body: `![x](${address}) <img src="${address}">`,
    });
    const answer = await call(importConversation, { key, body: { dialect: 'augno', document, fetchFiles: true } });
    expect(answer).toMatchObject({ status: 201, body: { parts: { added: 1 } } });
    expect(asked()).toHaveLength(1);
    expect(await keysOf()).toHaveLength(1);
    const part = await shown(0);
    const [link] = urlsIn(part);
    expect(await follow(link!)).toEqual({ status: 200, text: bytes });
    expect(part.body).toContain(`](${link})`);
  });

  it('is fetched for each part that names it, so that one is redacted without the other', async () => {
    await append([messageWith('mg_one', 2, [address]), messageWith('mg_two', 3, [address])]);
    expect(asked()).toHaveLength(2);
    expect(await keysOf()).toHaveLength(2);
    await expungeApi.redact(key, id, { parts: ['mg_one'] });
    expect(await follow(urlsIn(await shown(2))[0]!)).toEqual({ status: 200, text: bytes });
    expect(await keysOf()).toHaveLength(1);
  });

  it('may stand beside an upload and beside a URL of a host that is not listed, which stays as it is', async () => {
    const foreign = 'https://other.example.net/a.png';
    const reference = await uploaded(key, id, 'an upload');
    await append([messageWith('mg_mixed', 2, [foreign, reference, address])]);
    expect(asked()).toEqual(['/canary.png?signature=canary']);
    const [kept, upload, fetched] = urlsIn(await shown());
    expect(kept).toBe(foreign);
    expect([(await follow(upload!)).text, (await follow(fetched!)).text]).toEqual(['an upload', bytes]);
  });

  it('is not fetched again for a part that stands', async () => {
    await append([messageWith('mg_file', 2, [address])]);
    const before = await keysOf();
    respond = sends(500);
    const again = [messageWith('mg_file', 2, [address, 'https://files.example.com/other'])];
    expect(await append(again)).toMatchObject({ status: 200, body: { parts: { added: 0, existing: 1 } } });
    await expungeApi.redact(key, id);
    expect(await append(again)).toMatchObject({ status: 200, body: { parts: { added: 0, existing: 1 } } });
    expect(asked()).toHaveLength(1);
    expect(before).toHaveLength(1);
    expect(await keysOf()).toEqual([]);
  });

  it('is not fetched again by a retry, whether it was staged or placed when the writer died', async () => {
    const part = [messageWith('mg_file', 2, [address])];
    const dieAt = async (command: string, key: string) => {
      const isIt = (attempt: Attempt) =>
        attempt.command === command && JSON.stringify(attempt.input).includes(`"${key}"`);
      const before = (attempt: Attempt) => (isIt(attempt) ? { throwBefore: new Killed() } : undefined);
      expect((await withFaults(before, () => append(part))).status).toBe(500);
    };
    const staged = async () => (await everyKey(`staging/${tenant}/`)).length;
    const stagedBefore = await staged();
    await dieAt('UpdateItemCommand', 'A#000000001');
    expect([await staged(), (await keysOf()).length]).toEqual([stagedBefore + 1, 0]);
    await dieAt('PutItemCommand', 'P#000000001');
    expect([await staged(), (await keysOf()).length]).toEqual([stagedBefore, 1]);
    expect(await append(part)).toMatchObject({ status: 200 });
    expect(asked()).toHaveLength(1);
    expect(await follow(urlsIn(await shown())[0]!)).toEqual({ status: 200, text: bytes });
  });

  it('leaves its URL and its content in no log, no key and no idempotency record', async () => {
    const logs = await captureLogs(async () => {
      await append([messageWith('mg_file', 2, [address])], { headers: { 'idempotency-key': id } });
      respond = sends(404);
      await append([messageWith('mg_other', 3, [`${address}2`])]);
    });
    expect(logs).not.toMatch(/canary|signature/);
    expect((await everyKey()).join()).not.toContain('canary');
    expect(await itemsWith('signature=canary')).toEqual([]);
  });

  it('is fetched once under one idempotency key, whatever stands at the URL later', async () => {
    const headers = { 'idempotency-key': `fetch-${id}` };
    const part = [messageWith('mg_file', 2, [address])];
    const first = await append(part, { headers });
    const again = await append([messageWith('mg_file', 2, [`${address}&again`])], { headers });
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(again.headers['idempotent-replayed']).toBe('true');
    expect(asked()).toHaveLength(1);
  });
});

describe('what is not fetched', () => {
  it('is anything, unless the request asks for it: a URL stays a URL', async () => {
    await append([messageWith('mg_false', 2, [address])], { fetchFiles: false });
    await expungeApi.append(key, id, [messageWith('mg_silent', 3, [address])]);
    const document = documentOf(0);
    document.messages.push(messageWith('mg_imported', 2, [address]));
    await imported(key, document);
    expect(asked()).toEqual([]);
    expect(await keysOf()).toEqual([]);
    expect(urlsIn(await shown())).toEqual([address]);
  });

  it.each(['true', 1, null, {}])('is what %j asks for, which is no boolean', async (fetchFiles) => {
    const before = await standing();
    const parts = [messageWith('mg_file', 2, [address])];
    expect(await append(parts, { fetchFiles })).toMatchObject(error(400, 'invalid_request', 'fetchFiles'));
    const body = { dialect: 'augno', document: documentOf(1), fetchFiles };
    expect(await call(importConversation, { key, body })).toMatchObject(error(400, 'invalid_request', 'fetchFiles'));
    expect(await standing()).toBe(before);
  });

  it('is what a tenant asks for that lists no host for this dialect, and nothing is written', async () => {
    const other = await keyOf('tenant-without-hosts');
    await allow('tenant-without-hosts', ['files.example.com'], 'zendesk');
    const document = documentOf(0);
    document.messages.push(messageWith('mg_file', 2, [address]));
    const before = await standing();
    const body = { dialect: 'augno', document, fetchFiles: true };
    const answer = await call(importConversation, { key: other, body });
    expect(answer).toMatchObject(error(400, 'invalid_request', 'fetchFiles'));
    expect(answer.body.error.message).toContain('attachmentHosts of augno');
    expect(await standing()).toBe(before);
    const theirs = await imported(other, documentOf(1));
    const appended = await append([messageWith('mg_file', 2, [address])], {
      key: other,
      path: { id: `augno:${theirs}` },
    });
    expect(appended).toMatchObject(error(400, 'invalid_request', 'fetchFiles'));
    expect(asked()).toEqual([]);
  });
});

describe('a file that can not be fetched', () => {
  it.each<[string, Respond, number, string]>([
    ['is behind a redirect off the list', sends(302, { location: 'https://evil.example/canary' }), 400, 'file_refused'],
    ['is behind a redirect to an address', sends(302, { location: 'https://169.254.169.254/' }), 400, 'file_refused'],
    ['is not there', sends(404), 424, 'file_unavailable'],
    ['is too large', sends(200, { 'content-length': String(6e9) }), 413, 'too_large'],
  ])('%s: the request is refused, and nothing is written', async (_, bad, status, code) => {
    respond = bad;
    const before = await standing();
    const answer = await append([messageWith('mg_good', 2, []), messageWith('mg_file', 3, [address])]);
    expect(answer).toMatchObject(error(status, code));
    expectSilent(answer);
    const document = documentOf(0);
    document.messages.push(messageWith('mg_file', 2, [address]));
    const body = { dialect: 'augno', document, fetchFiles: true };
    expect(await call(importConversation, { key, body })).toMatchObject(error(status, code));
    expect(await standing()).toBe(before);
  });

  it('resolves to a private address', async () => {
    vi.mocked(internet.resolve).mockImplementationOnce(async () => [{ address: '10.0.0.7', family: 4 }]);
    const before = await standing();
    expect(await append([messageWith('mg_file', 2, [address])])).toMatchObject(error(400, 'file_refused'));
    expect(await standing()).toBe(before);
    expect(asked()).toEqual([]);
  });

  it('leaves the others in staging, where the next attempt finds them', async () => {
    const urls = ['a', 'b', 'c'].map((name) => `https://files.example.com/${name}`);
    respond = (request, response) => (request.url === '/b' ? sends(503) : png)(request, response);
    const parts = [messageWith('mg_file', 2, urls)];
    expect(await append(parts)).toMatchObject(error(424, 'file_unavailable'));
    expect(await keysOf()).toEqual([]);
    expect(await everyPart(key, id)).toHaveLength(1);
    respond = png;
    expect(await append(parts)).toMatchObject({ status: 200, body: { parts: { added: 1 } } });
    expect(asked().toSorted()).toEqual(['/a', '/b', '/b', '/c']);
    expect(await keysOf()).toHaveLength(3);
  });

  it('is the 21st of a request, and none is fetched then', async () => {
    const urls = (count: number) => Array.from({ length: count }, (_, n) => `https://files.example.com/${n}`);
    const before = await standing();
    const parts = [messageWith('mg_one', 2, urls(20)), messageWith('mg_two', 3, urls(1))];
    const answer = await append(parts);
    expect(answer).toMatchObject(error(413, 'too_large'));
    expect(answer.body.error.message).toContain('21 files');
    expect(asked()).toEqual([]);
    expect(await standing()).toBe(before);
    expect((await append(parts.slice(0, 1))).status).toBe(200);
    // Those of a part that stands are not counted.
    expect((await append(parts)).body.parts).toEqual({ added: 1, existing: 1 });
    expect(await keysOf()).toHaveLength(21);
  });

  it('is not asked for where an upload beside it is missing', async () => {
    const missing = `attachment:att_${'0'.repeat(32)}`;
    const before = await standing();
    expect(await append([messageWith('mg_file', 2, [address, missing])])).toMatchObject(error(400, 'invalid_request'));
    expect(asked()).toEqual([]);
    expect(await standing()).toBe(before);
  });

  it('is not asked for where its reference, longer than the URL, does not fit into the part any more', async () => {
    const limit = 350 * 1024;
    const large = (length: number) => ({
      ...messageWith('mg_large', 2, ['https://files.example.com/1']),
      body: 'x'.repeat(length),
    });
    const tooLarge = await append([large(limit)], { fetchFiles: false });
    const excess = Number(/is (\d+) bytes/.exec(tooLarge.body.error.message)![1]) - limit;
    const before = await standing();
    const part = [large(limit - excess)];
    expect(await append(part)).toMatchObject(error(413, 'too_large'));
    expect(asked()).toEqual([]);
    expect(await standing()).toBe(before);
    expect((await append(part, { fetchFiles: false })).status).toBe(200);
  });
});

describe('the time and the memory that a request has for its files', () => {
  const files = (count: number) =>
    Array.from({ length: count }, (_, n) => ({ id: newAttachmentId(), url: `https://files.example.com/${n}` }));
  const hosts = ['files.example.com'];
  const fetchAll = fetchFiles({ attachments, egress: internet });

  it('is for all of them: those that had no turn when it ends are not asked for', async () => {
    respond = () => {};
    const from = performance.now();
    await expect(fetchAll(tenant, files(6), hosts, 300)).rejects.toThrow(/it took too long/);
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(asked()).toHaveLength(4);
  });

  it('is for four at once, and nothing goes on after a refusal', async () => {
    let inFlight = 0;
    let most = 0;
    respond = (request, response) => {
      most = Math.max(most, ++inFlight);
      setTimeout(
        () => {
          inFlight--;
          (request.url === '/9' ? sends(404) : png)(request, response);
        },
        request.url === '/9' ? 1 : 20,
      );
    };
    const wanted = files(20);
    await expect(fetchAll(tenant, wanted, hosts)).rejects.toThrow(/it answered 404/);
    expect([most, inFlight]).toEqual([4, 0]);
    const keys = await everyKey(`staging/${tenant}/`);
    expect(wanted.filter(({ id: file }) => keys.includes(`staging/${tenant}/${file}`))).toHaveLength(
      asked().length - 1,
    );
    expect(asked().length).toBeLessThan(20);
  });
});
