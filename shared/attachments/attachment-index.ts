import { type DynamoDBDocumentClient, paginateQuery, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { getAll } from '../conversations/batch.ts';
import type { Run } from '../conversations/cell.ts';
import { bucketOf, pk, sequenceOf, sk } from '../table.ts';

/** The attachments of one part. */
export interface PartAttachments {
  sequence: number;
  ids: string[];
}

const attachmentsOf = ({ sk: key, ids }: Record<string, unknown>): PartAttachments => ({
  sequence: sequenceOf(key as string),
  ids: [...(ids as Set<string>)],
});

const keyOf = (tenantId: string, conversationId: string, sequence: number) => ({
  pk: pk.bucket(tenantId, conversationId, bucketOf(sequence)),
  sk: sk.attachments(sequence),
});

/** Which attachments a part has: one item a part, in the part's own partition. It holds ids alone and outlives them. */
export const attachmentIndex = (client: DynamoDBDocumentClient, tableName: string) => {
  return {
    /** Adds ids and takes none away: a file that was copied under one must be found whatever a later writer names. */
    add: async (tenantId: string, conversationId: string, sequence: number, ids: string[]): Promise<void> => {
      await client.send(
        new UpdateCommand({
          TableName: tableName,
          Key: keyOf(tenantId, conversationId, sequence),
          UpdateExpression: 'ADD ids :ids',
          ExpressionAttributeValues: { ':ids': new Set(ids) },
        }),
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
      return (await getAll(client, tableName, keys, ['sk', 'ids'])).map(attachmentsOf);
    },
  };
};

export type AttachmentIndex = ReturnType<typeof attachmentIndex>;
