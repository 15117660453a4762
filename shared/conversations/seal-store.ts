import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { TableInUse, TableNotReplayed } from '../errors.ts';
import { pk, sk } from '../table.ts';
import { absent, ifHeld, unchanged } from './conditions.ts';

const key = { pk: pk.table, sk: sk.seal };

/** How long a seal that fits is believed, in milliseconds: so long may a table still be written to that a replay closes. */
export const sealBelief = 60_000;

const closed = () => new TableNotReplayed('The table is closed: run npm run replay-ledger, as docs/restore.md says');

const sealOf = async (client: DynamoDBDocumentClient, tableName: string) => {
  const { Item } = await client.send(new GetCommand({ TableName: tableName, Key: key, ConsistentRead: true }));
  return Item as { tableId: string; version?: number } | undefined;
};

/** The id in the seal; undefined if there is none, which is so until the first API key is made. Functions need nothing else of it. */
export const sealReader =
  (client: DynamoDBDocumentClient, tableName: string) => async (): Promise<string | undefined> =>
    (await sealOf(client, tableName))?.tableId;

/**
 * The seal says to which table its items belong, by the id that DynamoDB gave that table. A restore copies the seal like any
 * other item, but makes a table with another id, even under the same name.
 */
export const sealStore = (client: DynamoDBDocumentClient, tableName: string) => {
  const read = sealReader(client, tableName);

  return {
    read,

    /** For whoever makes the first key, before it: from then on every copy of the table is known as one. Throws TableNotReplayed on a copy. */
    sealIfNew: async (tableId: string): Promise<void> => {
      const put = new PutCommand({ TableName: tableName, Item: { ...key, tableId }, ConditionExpression: absent });
      if (!(await ifHeld(client.send(put))) && (await read()) !== tableId) throw closed();
    },

    /**
     * For a replay: opens the table with its own id, and closes it with another's. Each seal names the one before it by its version, so
     * that no late copy closes or opens the table again. Throws TableInUse if somebody else seals it at the same time.
     */
    seal: async (tableId: string): Promise<void> => {
      const seen = await sealOf(client, tableName);
      const { condition, values, next } = unchanged('version', seen?.version);
      const put = new PutCommand({
        TableName: tableName,
        Item: { ...key, tableId, version: next },
        ConditionExpression: condition,
        ...(next > 1 && { ExpressionAttributeValues: values }),
      });
      // The answer to this very write may have been lost.
      if (!(await ifHeld(client.send(put))) && (await read()) !== tableId)
        throw new TableInUse('Somebody else opens or closes the table');
    },
  };
};

/**
 * Throws TableNotReplayed while the seal names another table: this one was restored, and what had been erased stands in it again, or
 * another one has taken its place. While it does not fit the seal is read each time, so no deployment is needed to open; one that fits
 * is read again after a minute, so none is needed to close. A table without a seal has no keys either.
 */
export const tableGate = (
  readSeal: () => Promise<string | undefined>,
  tableId: string,
  now: () => number = Date.now,
): (() => Promise<void>) => {
  let believedUntil = 0;
  return async () => {
    const askedAt = now();
    if (askedAt < believedUntil) return;
    const sealedFor = await readSeal();
    if (sealedFor !== undefined && sealedFor !== tableId) throw closed();
    believedUntil = askedAt + sealBelief;
  };
};
