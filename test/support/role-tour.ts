import { randomUUID } from 'node:crypto';
import { DeleteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, vi } from 'vitest';
import type { Cloud } from '../../infra/local/cloud.ts';
import { bucketOf, pk, sk } from '../../shared/table.ts';
import { type HttpAnswer, send, tablesOf } from './cloud-client.ts';

/** A caller of the API of a cloud, and a hand behind its back that makes it look as after a crash. */
export const startTour = async (cloud: Cloud, tenantId: string) => {
  const tables = tablesOf(cloud);
  const key = await tables.keyOf(tenantId);
  const { tableName: TableName } = cloud;

  const call = (method: string, path: string, body?: unknown, idempotencyKey?: string): Promise<HttpAnswer> => {
    const own = { authorization: `Bearer ${key}`, 'augno-version': '1.0.forge-preview.3', 'intercom-version': '2.15' };
    const headers = { ...own, ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }) };
    return send(cloud.url, method, path, { headers, ...(body !== undefined && { body }) });
  };

  const change = (pkValue: string, skValue: string, UpdateExpression: string, values?: Record<string, unknown>) => {
    // Some of the names are reserved.
    const names = Object.fromEntries((UpdateExpression.match(/#\w+/g) ?? []).map((name) => [name, name.slice(1)]));
    return tables.documents.send(
      new UpdateCommand({
        TableName,
        Key: { pk: pkValue, sk: skValue },
        UpdateExpression,
        ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
        ExpressionAttributeValues: values,
      }),
    );
  };
  const inPart = (id: string, sequence: number) => pk.bucket(tenantId, id, bucketOf(sequence));

  return {
    tables,
    call,

    /** Follows every link to a file in the answer; there must be one. */
    follow: async ({ text }: HttpAnswer): Promise<void> => {
      const links = text.match(/http:[^"\\<>\s]+X-Amz-Signature[^"\\<>\s]*/g) ?? [];
      expect(links).not.toEqual([]);
      for (const link of links) expect((await fetch(link.replaceAll('&amp;', '&'))).status).toBe(200);
    },

    /** Uploads a file and gives its reference; the conversation must be there. */
    uploaded: async (id: string): Promise<string> => {
      const request = { contentType: 'text/plain', bytes: 4 };
      const { body } = await call('POST', `/v1/conversations/${id}/attachments`, request);
      const answer = await fetch(body.upload.url, { method: 'PUT', headers: body.upload.headers, body: 'file' });
      expect(answer.status).toBe(200);
      return body.reference;
    },

    /** Does it under a key of its own, does it again, and then does something like it that fails inside the operation. */
    thrice: async (method: string, path: string, body: unknown, failing: { path?: string; body?: unknown }) => {
      const idempotencyKey = randomUUID();
      const first = await call(method, path, body, idempotencyKey);
      expect([first.status, first.text]).toEqual([expect.toSatisfy((status) => status < 300), expect.anything()]);
      const again = await call(method, path, body, idempotencyKey);
      expect(again.headers.get('idempotent-replayed')).toBe('true');
      const failed = await call(method, failing.path ?? path, failing.body ?? body, `${idempotencyKey}-fails`);
      expect(failed.status).toBeGreaterThanOrEqual(400);
      return { first, again, idempotencyKey };
    },

    completed: (id: string, redactionId: string | null) =>
      vi.waitFor(
        async () => {
          const { body } = await call('GET', `/v1/conversations/${id}/redactions/${redactionId}`);
          expect(body).toMatchObject({ state: 'completed', verified: true });
        },
        { timeout: 20_000, interval: 50 },
      ),

    /** As if so many parts had been reserved and never written. */
    grow: (id: string, by: number) =>
      change(pk.conversation(tenantId, id), sk.guard, 'ADD nextSequence :by', { ':by': by }),

    /** As if the writer had died before the part stood, or, with the cell, before it began. */
    forget: async (id: string, sequence: number, cellToo = false) => {
      const sorts = [sk.part(sequence), ...(cellToo ? [sk.cell(sequence)] : [])];
      for (const sort of sorts)
        await tables.documents.send(new DeleteCommand({ TableName, Key: { pk: inPart(id, sequence), sk: sort } }));
    },

    /** As if the writer of the part's files had died long ago. */
    abandon: (id: string, sequence: number) =>
      change(inPart(id, sequence), sk.attachments(sequence), 'SET busyUntil = :past', { ':past': 1 }),

    /** As if the mask had not been put yet. */
    unmask: (id: string, sequence: number) =>
      change(inPart(id, sequence), sk.cell(sequence), 'SET version = :first REMOVE masks', { ':first': 1 }),

    /** As if the redaction had been interrupted, an hour ago. */
    reopen: (id: string, redactionId: string | null) =>
      change(
        pk.conversation(tenantId, id),
        sk.redaction(String(redactionId)),
        'SET #state = :erasing, #open = :open, openedAt = :past REMOVE completedAt, verified',
        { ':erasing': 'erasing', ':open': 'open', ':past': Date.now() - 3_600_000 },
      ),

    /** As if the record of every key had expired. */
    forgetKeys: async () => {
      for (const { id } of await tables.records())
        await tables.documents.send(new DeleteCommand({ TableName: cloud.idempotencyTableName, Key: { id } }));
    },
  };
};

export type Tour = Awaited<ReturnType<typeof startTour>>;
