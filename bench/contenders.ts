import { BatchWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { handler } from '../functions/erasure/erase-chunk/handler.ts';
import { documents } from '../shared/clients.ts';
import { inFlight } from '../shared/conversations/batch.ts';
import { cellKey } from '../shared/conversations/cell.ts';
import { requireEnv } from '../shared/env.ts';
import { contextOf } from '../test/support/call.ts';
import { documentOf, freshId, part } from '../test/support/intercom-documents.ts';
import { type Erasing, tenantId } from './conversations.ts';

const TableName = requireEnv('TABLE_NAME');

const erasure = { erasedAt: 1_795_000_000_000, redactionId: '0'.repeat(32) };
const keysOf = (conversationId: string, parts: number) =>
  Array.from({ length: parts }, (_, sequence) => cellKey(tenantId, conversationId, sequence));

/** What the workflow does: the function as it is deployed, a chunk a call. */
export const eraseChunks = async ({ redaction, chunks }: Erasing, atOnce: number): Promise<void> => {
  const outcomes = await pMap(chunks, (chunk) => handler({ redaction, chunk }, contextOf()), { concurrency: atOnce });
  if (outcomes.some((outcome) => outcome !== 'erased')) throw new Error('A chunk was not erased');
};

/** The floor: the same erased cells by the same client, and nothing else. */
export const putBare = async (conversationId: string, parts: number): Promise<void> => {
  const keys = keysOf(conversationId, parts);
  const batches = Array.from({ length: Math.ceil(parts / 25) }, (_, n) => keys.slice(n * 25, (n + 1) * 25));
  await pMap(
    batches,
    (batch) => {
      const requests = batch.map((key) => ({ PutRequest: { Item: { ...key, ...erasure } } }));
      return documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: requests } }));
    },
    { concurrency: inFlight },
  );
};

/** What a script does: one update a part. */
export const updateEach = (conversationId: string, parts: number) =>
  pMap(
    keysOf(conversationId, parts),
    (Key) =>
      documents.send(
        new UpdateCommand({
          TableName,
          Key,
          UpdateExpression: 'SET erasedAt = :at, redactionId = :id REMOVE content, version',
          ExpressionAttributeValues: { ':at': erasure.erasedAt, ':id': erasure.redactionId },
        }),
      ),
    { concurrency: inFlight },
  );

const post = async (url: string, key: string, body: unknown): Promise<void> => {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'intercom-version': '2.15' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text.slice(0, 500)}`);
};

/** Imports a conversation of Intercom's, for those that call once a part. */
export const importDocument = async (url: string, key: string, parts: number) => {
  const document = documentOf(Array.from({ length: parts }, () => part(freshId(), { body: 'x'.repeat(400) })));
  await post(`${url}/v1/conversations`, key, { dialect: 'intercom', document });
  return document;
};

type Document = Awaited<ReturnType<typeof importDocument>>;

const forEachPart = ({ conversation_parts: list }: Document, run: (id: unknown) => Promise<void>) =>
  pMap(list.conversation_parts, ({ id }) => run(id), { concurrency: inFlight });

/** One HTTP call a part, of the route with the shortest answer. */
export const callEach = (url: string, key: string, document: Document) =>
  forEachPart(document, (id) =>
    post(`${url}/v1/conversations/intercom:${document.id}/actions/redact`, key, { parts: [id] }),
  );

/** What a client of Intercom's must do: the same, and each answer holds the conversation. */
export const callIntercomEach = (url: string, key: string, document: Document) =>
  forEachPart(document, (id) =>
    post(`${url}/conversations/redact`, key, {
      type: 'conversation_part',
      conversation_id: document.id,
      conversation_part_id: id,
    }),
  );
