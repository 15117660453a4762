import { type DynamoDBDocumentClient, GetCommand, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';
import { bucketOf, bucketSize, pk, sequenceOf, sk } from '../table.ts';
import { absent, ifHeld } from './conditions.ts';
import type { Json } from './conversation.ts';

/**
 * A cell holds the content of one part, or of the conversation itself, and is the only place where
 * content stands. It goes from content to erased and never back. Content is JSON in one string, because
 * DynamoDB's maps end at 32 levels and its numbers are not JSON's.
 */
export interface Cell {
  sequence: number;
  content?: Json | undefined;
  kept?: Json | undefined;
  erasedAt?: number | undefined;
  version?: number | undefined;
  /** UTF-8 bytes of what it holds, so that a reader can stop before an answer grows too large. */
  bytes: number;
}

/** A run of sequences, both ends included. */
export interface Run {
  from: number;
  through: number;
}

/** The run cut at the bounds of buckets: arithmetic, no read. */
export const runsOf = ({ from, through }: Run): Run[] => {
  const runs: Run[] = [];
  for (let start = from; start <= through; start = (bucketOf(start) + 1) * bucketSize) {
    runs.push({ from: start, through: Math.min(through, (bucketOf(start) + 1) * bucketSize - 1) });
  }
  return runs;
};

export const parsed = (json: string | undefined) => (json === undefined ? undefined : (JSON.parse(json) as Json));
export const written = (content: Json | undefined) => (content === undefined ? undefined : JSON.stringify(content));
const bytesOf = (json: string | undefined) => Buffer.byteLength(json ?? '');

/** The key of the cell that holds the conversation's own text. */
export const textKey = (tenantId: string, conversationId: string) => ({
  pk: pk.conversation(tenantId, conversationId),
  sk: sk.conversationCell,
});
/** The key of a part's cell. */
export const cellKey = (tenantId: string, conversationId: string, sequence: number) => ({
  pk: pk.bucket(tenantId, conversationId, bucketOf(sequence)),
  sk: sk.cell(sequence),
});

/** The query for the cells of a run that lies within one bucket. */
export const cellsIn = (tenantId: string, conversationId: string, { from, through }: Run) => ({
  ConsistentRead: true,
  KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :through',
  ExpressionAttributeValues: {
    ':pk': pk.bucket(tenantId, conversationId, bucketOf(from)),
    ':from': sk.cell(from),
    ':through': sk.cell(through),
  },
});

/** Reads and writes cells. Every run given to it lies within one bucket. */
export const cellStore = (client: DynamoDBDocumentClient, tableName: string) => {
  const putIfAbsent = (key: { pk: string; sk: string }, content: Json | undefined, kept: Json | undefined) =>
    ifHeld(
      client.send(
        new PutCommand({
          TableName: tableName,
          Item: { ...key, content: written(content), kept: written(kept), version: 1 },
          ConditionExpression: absent,
        }),
      ),
    );

  return {
    /** False if the sequence has a cell already, or was burnt: what was erased never comes back. */
    putIfAbsent: (
      tenantId: string,
      conversationId: string,
      sequence: number,
      { content, kept }: { content?: Json | undefined; kept?: Json | undefined },
    ) => putIfAbsent(cellKey(tenantId, conversationId, sequence), content, kept),

    /** Whether a redaction has taken its content, or burnt it before it had any; false where there is no cell yet. */
    isErased: async (tenantId: string, conversationId: string, sequence: number): Promise<boolean> => {
      const { Item } = await client.send(
        new GetCommand({
          TableName: tableName,
          Key: cellKey(tenantId, conversationId, sequence),
          ConsistentRead: true,
          ProjectionExpression: 'erasedAt',
        }),
      );
      return Item?.erasedAt !== undefined;
    },

    putTextIfAbsent: (tenantId: string, conversationId: string, text: Json) =>
      putIfAbsent(textKey(tenantId, conversationId), text, undefined),

    /** The conversation's text in an item of its cell that was read with others. */
    textIn: (item: Record<string, unknown>) => parsed(item.content as string | undefined),

    /** The cells of a run that exist, in order; leave the loop to read no further. */
    async *read(tenantId: string, conversationId: string, run: Run, forward: boolean): AsyncGenerator<Cell> {
      const query = { TableName: tableName, ...cellsIn(tenantId, conversationId, run), ScanIndexForward: forward };
      for await (const { Items = [] } of paginateQuery({ client }, query)) {
        for (const { sk: key, content, kept, erasedAt, version } of Items) {
          yield {
            sequence: sequenceOf(key),
            content: parsed(content),
            kept: parsed(kept),
            erasedAt,
            version,
            bytes: bytesOf(content) + bytesOf(kept),
          };
        }
      }
    },
  };
};

export type CellStore = ReturnType<typeof cellStore>;
