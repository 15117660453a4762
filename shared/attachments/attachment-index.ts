import { type DynamoDBDocumentClient, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { getAll } from '../conversations/batch.ts';
import { ifHeld } from '../conversations/conditions.ts';
import type { Run } from '../conversations/cell.ts';
import { bucketOf, pk, sequenceOf, sk } from '../table.ts';

/** The attachments of one part. */
export interface PartAttachments {
  sequence: number;
  ids: string[];
  /** Whoever brings them: done with it, perhaps still at work, or dead, with what it left in staging and unfinished copies. */
  writer: 'done' | 'at work' | 'dead';
}

/** Longer than a request's function may run, 32 s: whoever began to bring files so long ago is dead, in milliseconds. */
export const writerLives = 35_000;

const keyOf = (tenantId: string, conversationId: string, sequence: number) => ({
  pk: pk.bucket(tenantId, conversationId, bucketOf(sequence)),
  sk: sk.attachments(sequence),
});

/** Which attachments a part has: one item a part, in the part's own partition. It holds ids alone and outlives them. */
export const attachmentIndex = (client: DynamoDBDocumentClient, tableName: string, now: () => number) => {
  const writerOf = (busyUntil: number | undefined): PartAttachments['writer'] => {
    if (busyUntil === undefined) return 'done';
    return busyUntil > now() ? 'at work' : 'dead';
  };
  const attachmentsOf = ({ sk: key, ids, busyUntil }: Record<string, unknown>): PartAttachments => ({
    sequence: sequenceOf(key as string),
    ids: [...(ids as Set<string>)],
    writer: writerOf(busyUntil as number | undefined),
  });

  return {
    /**
     * Adds ids and takes none away: a file that was copied under one must be found whatever a later writer names. Marks
     * the writer as at work; what is given back is its mark, to be taken off by `finish`.
     */
    add: async (tenantId: string, conversationId: string, sequence: number, ids: string[]): Promise<number> => {
      const busyUntil = now() + writerLives;
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(tenantId, conversationId, sequence),
          UpdateExpression: 'SET busyUntil = :until ADD ids :ids',
          ExpressionAttributeValues: { ':ids': new Set(ids), ':until': busyUntil },
        }),
      );
      return busyUntil;
    },

    /** For after staging is cleared: an erasure need not look there. The mark of another writer stays. */
    finish: async (tenantId: string, conversationId: string, sequence: number, mark: number): Promise<void> => {
      await ifHeld(
        client.send(
          new UpdateCommand({
            TableName: tableName,
            Key: keyOf(tenantId, conversationId, sequence),
            UpdateExpression: 'REMOVE busyUntil',
            ConditionExpression: 'busyUntil = :mark',
            ExpressionAttributeValues: { ':mark': mark },
          }),
        ),
      );
    },

    /** Those of a run, which lies within one bucket. */
    inRun: async (tenantId: string, conversationId: string, { from, through }: Run): Promise<PartAttachments[]> => {
      const query = {
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk BETWEEN :from AND :through',
        ExpressionAttributeValues: {
          ':pk': keyOf(tenantId, conversationId, from).pk,
          ':from': sk.attachments(from),
          ':through': sk.attachments(through),
        },
      };
      const found: PartAttachments[] = [];
      for await (const { Items = [] } of paginateQuery({ client }, query)) found.push(...Items.map(attachmentsOf));
      return found;
    },

    ofParts: async (tenantId: string, conversationId: string, sequences: number[]): Promise<PartAttachments[]> => {
      const keys = sequences.map((sequence) => keyOf(tenantId, conversationId, sequence));
      return (await getAll(client, tableName, keys, ['sk', 'ids', 'busyUntil'])).map(attachmentsOf);
    },
  };
};

export type AttachmentIndex = ReturnType<typeof attachmentIndex>;
