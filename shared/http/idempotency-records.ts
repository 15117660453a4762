import { DynamoDBPersistenceLayer } from '@aws-lambda-powertools/idempotency/dynamodb';
import type { IdempotencyRecord } from '@aws-lambda-powertools/idempotency/persistence';
import { ConditionalCheckFailedException, DeleteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { idempotencyTable } from '../table.ts';

/**
 * Powertools' records, but for their deletion: a failed operation deletes the record that it made itself and no other. DynamoDB may apply
 * a deletion late, when a retry has succeeded by a record of its own, without which the same key would take effect again.
 */
export class IdempotencyRecords extends DynamoDBPersistenceLayer {
  readonly #client: DynamoDBClient;
  readonly #tableName: string;
  /** When the lock of each record that an operation under way has made ends, in milliseconds: no two are equal. */
  readonly #lockEnds = new Map<string, number>();

  constructor(client: DynamoDBClient, tableName: string) {
    super({
      tableName,
      keyAttr: idempotencyTable.partitionKey,
      expiryAttr: idempotencyTable.timeToLive,
      statusAttr: idempotencyTable.status,
      inProgressExpiryAttr: idempotencyTable.lockEnds,
      awsSdkV3Client: client,
    });
    this.#client = client;
    this.#tableName = tableName;
  }

  protected override async _putRecord(record: IdempotencyRecord): Promise<void> {
    await super._putRecord(record);
    this.#lockEnds.set(record.idempotencyKey, record.inProgressExpiryTimestamp ?? 0);
  }

  protected override async _updateRecord(record: IdempotencyRecord): Promise<void> {
    this.#lockEnds.delete(record.idempotencyKey);
    await super._updateRecord(record);
  }

  protected override async _deleteRecord(record: IdempotencyRecord): Promise<void> {
    const lockEnds = this.#lockEnds.get(record.idempotencyKey) ?? 0;
    this.#lockEnds.delete(record.idempotencyKey);
    const deletion = new DeleteItemCommand({
      TableName: this.#tableName,
      Key: this.getKey(record.idempotencyKey),
      ConditionExpression: '#status = :inProgress AND #lock = :lockEnds',
      ExpressionAttributeNames: { '#status': idempotencyTable.status, '#lock': idempotencyTable.lockEnds },
      ExpressionAttributeValues: { ':inProgress': { S: 'INPROGRESS' }, ':lockEnds': { N: String(lockEnds) } },
    });
    try {
      await this.#client.send(deletion);
    } catch (error) {
      // Deleted by the attempt before this one, or another's by now.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
