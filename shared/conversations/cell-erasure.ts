import {
  type DynamoDBDocumentClient,
  GetCommand,
  paginateQuery,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import pMap from 'p-map';
import { sequenceOf } from '../table.ts';
import { getAll, inFlight, putAll } from './batch.ts';
import { cellKey, cellsIn, parsed, type Run, textKey, written } from './cell.ts';
import { ifHeld } from './conditions.ts';
import { applyMasking, type Masking } from './masking.ts';

/** The erasure that a cell records: which redaction, and when that was accepted (milliseconds). */
export interface Erasure {
  redactionId: string;
  erasedAt: number;
}

/** Destroys what cells hold, and counts what is left. Every run given to it lies within one bucket. */
export const erasureStore = (client: DynamoDBDocumentClient, tableName: string) => {
  const readCell = async (tenantId: string, conversationId: string, sequence: number) => {
    const Key = cellKey(tenantId, conversationId, sequence);
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key, ConsistentRead: true }));
    return Item as { content?: string; version?: number; masks?: string[] } | undefined;
  };

  /** Whether the masking of that redaction is in the cell, or nothing is left there that it could mask. */
  const isMasked = async (tenantId: string, conversationId: string, sequence: number, redactionId: string) => {
    const cell = await readCell(tenantId, conversationId, sequence);
    return cell?.content === undefined || (cell.masks ?? []).includes(redactionId);
  };

  return {
    isMasked,

    /**
     * Masks spans of the cell, if it still has the version that they were placed in. False if another
     * redaction changed it first. A repeat finds its own id in the cell and changes nothing.
     */
    mask: async (
      tenantId: string,
      conversationId: string,
      sequence: number,
      { redactionId, masking, version }: { redactionId: string; masking: Masking; version: number },
    ): Promise<boolean> => {
      const cell = await readCell(tenantId, conversationId, sequence);
      const content = parsed(cell?.content);
      if (content && cell?.version === version && !(cell.masks ?? []).includes(redactionId)) {
        const put = client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: cellKey(tenantId, conversationId, sequence),
            UpdateExpression:
              'SET content = :content, version = :next, masks = list_append(if_not_exists(masks, :none), :id)',
            ConditionExpression: 'version = :version AND attribute_exists(content)',
            ExpressionAttributeValues: {
              ':content': written(applyMasking(content, masking)),
              ':version': version,
              ':next': version + 1,
              ':none': [],
              ':id': [redactionId],
            },
          }),
        );
        // A refusal may be of a retry whose first attempt was applied, so the cell is asked either way.
        await ifHeld(put);
      }
      return isMasked(tenantId, conversationId, sequence, redactionId);
    },

    /**
     * Puts the erased cell over every sequence given, with nothing read. Blind and final: it burns the
     * cell of a sequence that is reserved and not yet written, so that the late writer finds it taken.
     */
    erase: (tenantId: string, conversationId: string, sequences: number[], erasure: Erasure) =>
      putAll(
        client,
        tableName,
        sequences.map((sequence) => ({ ...cellKey(tenantId, conversationId, sequence), ...erasure })),
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
        TableName: tableName,
        ...cellsIn(tenantId, conversationId, run),
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
              Key: cellKey(tenantId, conversationId, sequence),
              UpdateExpression: 'SET erasedAt = :at, redactionId = :id REMOVE content, version',
              ExpressionAttributeValues: { ':at': erasure.erasedAt, ':id': erasure.redactionId },
            }),
          ),
        { concurrency: inFlight },
      );
      return sequences;
    },

    /** How many of the sequences' cells that redaction has erased. */
    countErasedBy: async (
      tenantId: string,
      conversationId: string,
      sequences: number[],
      redactionId: string,
    ): Promise<number> => {
      const keys = sequences.map((sequence) => cellKey(tenantId, conversationId, sequence));
      const cells = await getAll(client, tableName, keys, ['redactionId']);
      return cells.filter((cell) => cell['redactionId'] === redactionId).length;
    },

    /** How many cells of the run still hold content, or, for a clearing redaction, anything at all. */
    countHolding: async (tenantId: string, conversationId: string, run: Run, clears: boolean): Promise<number> => {
      const query = {
        TableName: tableName,
        ...cellsIn(tenantId, conversationId, run),
        FilterExpression: clears ? 'attribute_exists(content) OR attribute_exists(kept)' : 'attribute_exists(content)',
        Select: 'COUNT',
      } as const;
      let count = 0;
      for await (const { Count = 0 } of paginateQuery({ client }, query)) count += Count;
      return count;
    },
  };
};

export type ErasureStore = ReturnType<typeof erasureStore>;
