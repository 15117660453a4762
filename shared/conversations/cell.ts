import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { bucketOf, bucketSize, pk, sequenceOf, sk } from '../table.ts';
import { inFlight, putAll } from './batch.ts';
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
  /** UTF-8 bytes of what it holds, so that a reader can stop before an answer grows too large. */
  bytes: number;
}

/** The erasure that a cell records: which redaction, and when that was accepted (milliseconds). */
export interface Erasure {
  redactionId: string;
  erasedAt: number;
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

const parsed = (json: string | undefined) => (json === undefined ? undefined : (JSON.parse(json) as Json));
const written = (content: Json | undefined) => (content === undefined ? undefined : JSON.stringify(content));
const bytesOf = (json: string | undefined) => Buffer.byteLength(json ?? '');

const textKey = (tenantId: string, conversationId: string) => ({
  pk: pk.conversation(tenantId, conversationId),
  sk: sk.conversationCell,
});
const keyOf = (tenantId: string, conversationId: string, sequence: number) => ({
  pk: pk.bucket(tenantId, conversationId, bucketOf(sequence)),
  sk: sk.cell(sequence),
});

/** Reads and writes cells. Every run given to it lies within one bucket. */
export const cellStore = (client: DynamoDBDocumentClient, tableName: string) => {
  const inRun = (tenantId: string, conversationId: string, { from, through }: Run) => ({
    TableName: tableName,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :through',
    ExpressionAttributeValues: {
      ':pk': pk.bucket(tenantId, conversationId, bucketOf(from)),
      ':from': sk.cell(from),
      ':through': sk.cell(through),
    },
  });
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
    ) => putIfAbsent(keyOf(tenantId, conversationId, sequence), content, kept),

    putTextIfAbsent: (tenantId: string, conversationId: string, text: Json) =>
      putIfAbsent(textKey(tenantId, conversationId), text, undefined),

    /** The conversation's text in an item of its cell that was read with others. */
    textIn: (item: Record<string, unknown>) => parsed(item.content as string | undefined),

    /** The cells of a run that exist, in order; leave the loop to read no further. */
    async *read(tenantId: string, conversationId: string, run: Run, forward: boolean): AsyncGenerator<Cell> {
      const query = { ...inRun(tenantId, conversationId, run), ScanIndexForward: forward };
      for await (const { Items = [] } of paginateQuery({ client }, query)) {
        for (const { sk: key, content, kept, erasedAt } of Items) {
          yield {
            sequence: sequenceOf(key),
            content: parsed(content),
            kept: parsed(kept),
            erasedAt,
            bytes: bytesOf(content) + bytesOf(kept),
          };
        }
      }
    },

    /**
     * Puts the erased cell over every sequence given, with nothing read. Blind and final: it burns the
     * cell of a sequence that is reserved and not yet written, so that the late writer finds it taken.
     */
    erase: (tenantId: string, conversationId: string, sequences: number[], erasure: Erasure) =>
      putAll(
        client,
        tableName,
        sequences.map((sequence) => ({ ...keyOf(tenantId, conversationId, sequence), ...erasure })),
      ),

    eraseText: (tenantId: string, conversationId: string, erasure: Erasure) =>
      client.send(new PutCommand({ TableName: tableName, Item: { ...textKey(tenantId, conversationId), ...erasure } })),

    /** Whether the conversation's own text still stands. */
    textHolds: async (tenantId: string, conversationId: string): Promise<boolean> => {
      const { Item } = await client.send(
        new GetCommand({
          TableName: tableName,
          Key: textKey(tenantId, conversationId),
          ConsistentRead: true,
          ProjectionExpression: 'version',
        }),
      );
      return Item?.version !== undefined;
    },

    /**
     * Erases the content of those cells of the run that keep something beside it, and leaves what they
     * keep. One update each, since a batch cannot; a remove on the live item, since a read and a put
     * could bring back what another redaction has cleared meanwhile. Gives back their sequences.
     */
    eraseBesideKept: async (
      tenantId: string,
      conversationId: string,
      run: Run,
      erasure: Erasure,
    ): Promise<Set<number>> => {
      const query = {
        ...inRun(tenantId, conversationId, run),
        FilterExpression: 'attribute_exists(kept)',
        ProjectionExpression: 'sk',
      };
      const sequences = new Set<number>();
      for await (const { Items = [] } of paginateQuery({ client }, query)) {
        for (const item of Items) sequences.add(sequenceOf(item.sk));
      }
      await pMap(
        sequences,
        (sequence) =>
          client.send(
            new UpdateCommand({
              TableName: tableName,
              Key: keyOf(tenantId, conversationId, sequence),
              UpdateExpression: 'SET erasedAt = :at, redactionId = :id REMOVE content, version',
              ExpressionAttributeValues: { ':at': erasure.erasedAt, ':id': erasure.redactionId },
            }),
          ),
        { concurrency: inFlight },
      );
      return sequences;
    },

    /** How many cells of the run still hold content, or, for a clearing redaction, anything at all. */
    countHolding: async (tenantId: string, conversationId: string, run: Run, clears: boolean): Promise<number> => {
      const query = {
        ...inRun(tenantId, conversationId, run),
        FilterExpression: clears ? 'attribute_exists(content) OR attribute_exists(kept)' : 'attribute_exists(content)',
        Select: 'COUNT',
      } as const;
      let count = 0;
      for await (const { Count = 0 } of paginateQuery({ client }, query)) count += Count;
      return count;
    },
  };
};

export type CellStore = ReturnType<typeof cellStore>;
