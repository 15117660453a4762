import { type DynamoDBDocumentClient, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { pk, sk, table } from '../table.ts';
import { entryOf, keyOf, openValue, type RedactionRef, refOf } from './ledger-entry.ts';
import type { Redaction } from './redaction.ts';

/** What of the ledger is read in lists. */
export const ledgerLists = (client: DynamoDBDocumentClient, tableName: string) => ({
  /** A page of a conversation's entries, by id; `after` is the id of the last one seen. */
  list: async (
    tenantId: string,
    conversationId: string,
    { limit, after }: { limit: number; after?: string | undefined },
  ): Promise<{ redactions: Redaction[]; next?: string | undefined }> => {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :redactions)',
        ExpressionAttributeValues: { ':pk': pk.conversation(tenantId, conversationId), ':redactions': sk.redactions },
        Limit: limit,
        ...(after && { ExclusiveStartKey: keyOf({ tenantId, conversationId, id: after }) }),
      }),
    );
    const redactions = Items.map(entryOf);
    return { redactions, next: LastEvaluatedKey && redactions.at(-1)?.id };
  },

  /** The unsettled entries that were requested before the time given, oldest first, of all tenants. */
  async *open(before: number): AsyncGenerator<RedactionRef & { openedAt: number }> {
    const query = {
      TableName: tableName,
      IndexName: table.openIndex.name,
      KeyConditionExpression: '#open = :open AND openedAt < :before',
      ExpressionAttributeNames: { '#open': table.openIndex.partitionKey },
      ExpressionAttributeValues: { ':open': openValue, ':before': before },
    };
    for await (const { Items = [] } of paginateQuery({ client }, query))
      yield* Items.map((item) => ({ ...refOf(item), openedAt: item['openedAt'] as number }));
  },
});
