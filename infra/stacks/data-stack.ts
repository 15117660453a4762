/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import {
  AttributeType,
  Billing,
  type ITableV2,
  ProjectionType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb';
import { Key } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { idempotencyTable, table } from '../../shared/table.ts';
import { AlarmTopic } from '../constructs/alarm-topic.ts';
import { FilesBucket } from '../constructs/files-bucket.ts';
import { HouseAlarm } from '../constructs/house-alarm.ts';
import { sumOf } from '../constructs/sum-of.ts';
import { type TableAccess, tableAccess } from '../constructs/table-access.ts';
import type { StageSettings } from '../environments.ts';

type DataStackProps = StackProps & { settings: StageSettings };

const text = (name: string) => ({ name, type: AttributeType.STRING });
const number = (name: string) => ({ name, type: AttributeType.NUMBER });

/** What a table refuses, or, by its name, one of its indexes, whose limits are its own. */
const throttlesOf = (
  { tableName: TableName }: ITableV2,
  index: { GlobalSecondaryIndexName?: string } = {},
): IMetric[] =>
  ['ReadThrottleEvents', 'WriteThrottleEvents'].map(
    (metricName) =>
      new Metric({
        namespace: 'AWS/DynamoDB',
        metricName,
        dimensionsMap: { TableName, ...index },
        period: Duration.minutes(5),
        statistic: Stats.SUM,
      }),
  );

/**
 * The stores: everything in them is encrypted under one key of the company's own, and no table has a stream. Beside them
 * stands whom the alarms tell, because this is the stack that all others stand on.
 */
export class DataStack extends Stack {
  /** The conversations: the stage's own table, or a restored one in its place. */
  readonly table: ITableV2;
  /** By which functions know whether the table's items are its own, or were restored and not replayed (docs/restore.md). */
  readonly tableId: string;
  readonly idempotencyTable: ITableV2;
  /** Grants on both tables. */
  readonly tables: TableAccess;
  readonly files: FilesBucket;
  readonly alarms: AlarmTopic;

  constructor(scope: Construct, id: string, { settings, ...props }: DataStackProps) {
    // A stack that keeps its table must not be deleted around it.
    super(scope, id, { ...props, terminationProtection: settings.deletionProtection });

    const { capacity, deletionProtection, removalPolicy } = settings;
    const key = new Key(this, 'Key', {
      description: `${id}: conversations, their files and idempotency records`,
      enableKeyRotation: true,
      removalPolicy,
    });
    const encryption = TableEncryptionV2.customerManagedKey(key);

    // No dynamoStream: the old image of an erased cell is its content, and a stream would keep it for a day.
    const own = new TableV2(this, 'Conversations', {
      partitionKey: text(table.partitionKey),
      sortKey: text(table.sortKey),
      globalSecondaryIndexes: [
        {
          indexName: table.openIndex.name,
          partitionKey: text(table.openIndex.partitionKey),
          sortKey: number(table.openIndex.sortKey),
          // An index is a copy, and a copy of content would have to be erased too.
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
      billing: Billing.onDemand({
        ...(capacity.maxReadUnits !== undefined && { maxReadRequestUnits: capacity.maxReadUnits }),
        ...(capacity.maxWriteUnits !== undefined && { maxWriteRequestUnits: capacity.maxWriteUnits }),
      }),
      encryption,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: settings.recoveryDays,
      },
      deletionProtection,
      removalPolicy,
    });

    // The class declares `tableId?: string | undefined`, which its own interface does not take.
    const { restoredTable } = settings;
    this.table = !restoredTable
      ? (own as ITableV2)
      : TableV2.fromTableAttributes(this, 'RestoredConversations', {
          tableName: restoredTable.name,
          tableId: restoredTable.id,
          encryptionKey: key,
          globalIndexes: [table.openIndex.name],
        });
    this.tableId = restoredTable?.id ?? own.tableId!;
    // Exported whether or not they are used: CloudFormation refuses to take an export away before the stacks that import it have
    // changed, and those change last. Without these no stage could be pointed at a restored table.
    for (const value of [own.tableName, own.tableArn, own.tableId]) this.exportValue(value);

    // No recovery: without a record a repeated request starts a redaction of the same id, and a backup would outlive the record.
    const records = new TableV2(this, 'IdempotencyRecords', {
      partitionKey: text(idempotencyTable.partitionKey),
      timeToLiveAttribute: idempotencyTable.timeToLive,
      billing: Billing.onDemand(),
      encryption,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: false },
      deletionProtection,
      removalPolicy,
    });
    this.idempotencyTable = records as ITableV2;

    this.tables = tableAccess({
      tableArn: this.table.tableArn,
      idempotencyTableArn: this.idempotencyTable.tableArn,
      encryptionKey: key,
    });

    this.files = new FilesBucket(this, 'Files', {
      encryptionKey: key,
      removalPolicy,
      // The enumeration's values are days.
      accessLogDays: settings.logRetention,
    });

    this.alarms = new AlarmTopic(this, 'Alarms', { emails: settings.alarmEmails });
    this.#alarmOfThrottles(
      'Conversations',
      [throttlesOf(this.table), throttlesOf(this.table, { GlobalSecondaryIndexName: table.openIndex.name })],
      'Erasures take longer, and callers are refused or wait.',
    );
    this.#alarmOfThrottles(
      'Idempotency',
      [throttlesOf(this.idempotencyTable)],
      'Callers who send an Idempotency-Key are refused or wait, on every route that writes.',
    );

    new CfnOutput(this, 'TableName', { value: this.table.tableName });
    new CfnOutput(this, 'TableId', { value: this.tableId });
    // It holds the ledger up to the restore, so it stays.
    if (restoredTable) new CfnOutput(this, 'OwnTableName', { value: own.tableName });
    new CfnOutput(this, 'IdempotencyTableName', { value: this.idempotencyTable.tableName });
    new CfnOutput(this, 'BucketName', { value: this.files.bucket.bucketName });
    new CfnOutput(this, 'AlarmTopicArn', { value: this.alarms.topic.topicArn });
  }

  #alarmOfThrottles(id: string, throttles: readonly IMetric[][], impact: string): void {
    new HouseAlarm(this, `${id}Throttles`, {
      impact,
      runbook: 'a-table-refuses-requests',
      metric: sumOf('throttled', throttles.flat()),
      // The SDK tries each request five times: a few cost milliseconds. One a second, for a quarter of an hour, is a table
      // that is too small; one that grows with its load is past it by then.
      threshold: 300,
      periods: 3,
    });
  }
}
