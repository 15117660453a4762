import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { TableNotReplayed } from '../errors.ts';
import { pk, sk } from '../table.ts';
import { absent, ifHeld } from './conditions.ts';

const key = { pk: pk.table, sk: sk.seal };

/**
 * The seal says to which table its items belong, by the id that DynamoDB gave that table. A restore copies the seal like any
 * other item, but makes a table with another id, even under the same name.
 */
export const sealStore = (client: DynamoDBDocumentClient, tableName: string) => {
  /** The id in the seal; undefined if there is none, which is so until the first API key is made. */
  const read = async (): Promise<string | undefined> => {
    const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
    return Item?.tableId as string | undefined;
  };

  return {
    read,

    /** For whoever makes the first key, before it: from then on every copy of the table is known as one. Throws TableNotReplayed on a copy. */
    sealIfNew: async (tableId: string): Promise<void> => {
      const put = new PutCommand({ TableName: tableName, Item: { ...key, tableId }, ConditionExpression: absent });
      if (!(await ifHeld(client.send(put))) && (await read()) !== tableId) throw new TableNotReplayed();
    },

    /** For after a replay: the restored table may be served. */
    seal: async (tableId: string): Promise<void> => {
      await client.send(new PutCommand({ TableName: tableName, Item: { ...key, tableId } }));
    },
  };
};

export type SealStore = ReturnType<typeof sealStore>;

/**
 * Throws TableNotReplayed while the seal names another table: this one was restored, and what had been erased stands in it again. Asks
 * until the seal fits, so no deployment is needed then, and once it does never again. A table without a seal has no keys either.
 */
export const tableGate = (seals: Pick<SealStore, 'read'>, tableId: string): (() => Promise<void>) => {
  let replayed = false;
  return async () => {
    if (replayed) return;
    const sealedFor = await seals.read();
    if (sealedFor !== undefined && sealedFor !== tableId)
      throw new TableNotReplayed('The table was restored: run npm run replay-ledger');
    replayed = true;
  };
};
