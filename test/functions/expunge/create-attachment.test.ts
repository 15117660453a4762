import { beforeAll, describe, expect, it } from 'vitest';
import { createUpload, everyKey, head } from '../../support/attachments.ts';
import { documentOf, freshId } from '../../support/augno-documents.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { expectDocumented } from '../../support/documented.ts';
import { expungeApi, imported } from '../../support/endpoints.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

const tenant = 'tenant-uploads';
const png = { fileName: 'canary screenshot.png', contentType: 'image/png', bytes: 12 };
let key: string;
let id: string;
beforeAll(async () => {
  key = await keyOf(tenant);
  id = await imported(key, documentOf(1));
});

describe('POST /v1/conversations/{id}/attachments', () => {
  it('gives out a reference, and a link of a quarter of an hour that takes exactly that file', async () => {
    const before = Date.now();
    const answer = await createUpload(key, id, png);

    expect(answer.status).toBe(201);
    expectDocumented('POST', `/v1/conversations/augno:${id}/attachments`, answer.status, answer.body);
    const { upload, ...attachment } = answer.body;
    expect(attachment).toEqual({
      object: 'attachment',
      id: expect.stringMatching(/^att_[0-9a-f]{32}$/),
      reference: `attachment:${attachment['id']}`,
    });
    expect(upload).toEqual({
      method: 'PUT',
      url: expect.any(String),
      headers: { 'content-type': 'image/png', 'content-length': '12' },
      expiresAt: expect.any(String),
    });
    expect(Date.parse(upload.expiresAt) - before).toBeGreaterThanOrEqual(900_000);
    expect(Date.parse(upload.expiresAt) - before).toBeLessThan(910_000);

    const url = new URL(upload.url);
    expect(url.pathname).toMatch(new RegExp(`/staging/${tenant}/${attachment['id']}$`));
    expect(url.searchParams.get('X-Amz-Expires')).toBe('900');
    expect(url.searchParams.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host');
    // A checksum in the link would be that of an empty body.
    expect(url.search).not.toMatch(/checksum/i);
  });

  it('leads a client to an upload with curl alone', async () => {
    const { body } = await createUpload(key, id, png);
    const put = await fetch(body.upload.url, { method: 'PUT', headers: body.upload.headers, body: 'twelve bytes' });
    expect(put.status).toBe(200);
    expect(await head(`staging/${tenant}/${body.id}`)).toMatchObject({ ContentType: 'image/png', ContentLength: 12 });
  });

  it('takes uploads under legal hold, which forbids destroying and not keeping', async () => {
    const held = await imported(key, documentOf(1));
    await expungeApi.hold(key, held, true);
    expect((await createUpload(key, held, png)).status).toBe(201);
  });

  it('gives the same attachment to the same idempotency key, under a link made anew', async () => {
    const headers = { 'idempotency-key': 'upload-1' };
    const first = await createUpload(key, id, png, { headers });
    const again = await createUpload(key, id, png, { headers });
    expect([again.status, again.body.id, again.headers['idempotent-replayed']]).toEqual([201, first.body.id, 'true']);
    expect(again.body.upload.url).toContain(`/${first.body.id}?`);
    const other = await createUpload(key, id, { ...png, bytes: 13 }, { headers });
    expect(other).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } });
  });

  it('gives another attachment to each request without a key, and to the same key of another tenant', async () => {
    const otherKey = await keyOf('tenant-uploads-2');
    const otherId = await imported(otherKey, documentOf(1, id));
    const headers = { 'idempotency-key': 'upload-2' };
    const answers = await Promise.all([
      createUpload(key, id, png),
      createUpload(key, id, png),
      createUpload(key, id, png, { headers }),
      createUpload(otherKey, otherId, png, { headers }),
    ]);
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(4);
  });

  it('stores nothing by itself, and the name of the file nowhere at all', async () => {
    const keys = await everyKey();
    const before = await everyItem();
    let answer;
    const logs = await captureLogs(async () => {
      answer = await createUpload(key, id, png, { headers: { 'idempotency-key': 'upload-3' } });
    });
    expect(answer).toMatchObject({ status: 201 });
    expect(await everyKey()).toEqual(keys);
    expect(await everyItem()).toHaveLength(before.length + 1);
    expect(await itemsWith('screenshot')).toEqual([]);
    expect(logs).not.toContain('screenshot');
    expect(JSON.stringify(answer)).not.toContain('screenshot');
  });
});

describe('what an upload is refused for', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no type', { contentType: undefined }, 'contentType'],
    ['a type that is none', { contentType: 'png' }, 'contentType'],
    ['a type with a line break', { contentType: 'image/png\r\nx-amz-acl: public-read' }, 'contentType'],
    ['a type with a parameter', { contentType: 'text/html; charset=utf-8' }, 'contentType'],
    ['no length', { bytes: undefined }, 'bytes'],
    ['an empty file', { bytes: 0 }, 'bytes'],
    ['a negative length', { bytes: -1 }, 'bytes'],
    ['half a byte', { bytes: 1.5 }, 'bytes'],
    ['a length as text', { bytes: '12' }, 'bytes'],
    ['a name like a path', { fileName: '../../etc/canary' }, 'fileName'],
    ['a name like a path of Windows', { fileName: 'C:\\canary.png' }, 'fileName'],
    ['a name with a null byte', { fileName: 'canary.png\u0000.exe' }, 'fileName'],
    ['a name with a line break', { fileName: 'canary\n.png' }, 'fileName'],
    ['a name that is a folder', { fileName: '..' }, 'fileName'],
    ['no name where one is given', { fileName: '' }, 'fileName'],
    ['a name of 256 characters', { fileName: 'x'.repeat(256) }, 'fileName'],
    ['an unknown parameter', { acl: 'canary' }, 'acl'],
  ])('%s, naming the parameter and no value', async (_, fields, parameter) => {
    const answer = await createUpload(key, id, { ...png, ...fields });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_request', parameter } } });
    expect(answer.text).not.toContain('canary');
  });

  it.each([
    ['one byte over 100 MB', 100 * 1024 * 1024 + 1],
    ['6 GB', 6 * 1024 ** 3],
  ])('%s', async (_, bytes) => {
    const answer = await createUpload(key, id, { ...png, bytes });
    expect(answer).toMatchObject({ status: 413, body: { error: { code: 'too_large' } } });
    expect(answer.body.error.message).toContain('104857600');
  });

  it('a conversation that is not there', async () => {
    const answer = await createUpload(key, freshId('cv'), png);
    expect(answer).toMatchObject({ status: 404, body: { error: { code: 'conversation_not_found' } } });
  });

  it('and takes 100 MB, and a name of 255 characters with dots, spaces and letters of any script', async () => {
    const fileName = `..Bildschirmfoto № 1 ${'ж'.repeat(230)}.png`;
    expect((await createUpload(key, id, { ...png, fileName, bytes: 100 * 1024 * 1024 })).status).toBe(201);
  });
});
