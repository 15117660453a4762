import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { isDeepStrictEqual } from 'node:util';
import { table } from '../../shared/table.ts';

/** What a restore can't mend afterwards: the copy has to be restored again, as docs/restore.md says. */
const faultsOf = (source: TableDescription, target: TableDescription): string[] => [
  ...(target.TableStatus === 'ACTIVE' ? [] : ['it is not restored yet']),
  ...(target.SSEDescription?.KMSMasterKeyArn === source.SSEDescription?.KMSMasterKeyArn
    ? []
    : ['it is encrypted under another key: restore it again with --sse-specification-override']),
  ...(target.StreamSpecification?.StreamEnabled
    ? ['it has a stream, which would publish what is erased: disable it']
    : []),
  ...(target.GlobalSecondaryIndexes?.some(({ IndexName }) => IndexName === table.openIndex.name)
    ? []
    : [`it has no index ${table.openIndex.name}: restore it again with its indexes`]),
];

/** What an update of the table has to bring back. */
const lostBy = (source: TableDescription, target: TableDescription) => {
  const { DeletionProtectionEnabled: isProtected = false, OnDemandThroughput: ceiling } = source;
  return {
    ...(isProtected && !target.DeletionProtectionEnabled && { DeletionProtectionEnabled: true }),
    ...(ceiling && !isDeepStrictEqual(ceiling, target.OnDemandThroughput) && { OnDemandThroughput: ceiling }),
  };
};

/** How many days back the table can be restored; 0 if not, undefined where DynamoDB can't tell, as an emulator. */
const recoveryDaysOf = async (client: DynamoDBClient, TableName: string): Promise<number | undefined> => {
  try {
    const { ContinuousBackupsDescription: backups } = await client.send(
      new DescribeContinuousBackupsCommand({ TableName }),
    );
    const recovery = backups?.PointInTimeRecoveryDescription;
    return recovery?.PointInTimeRecoveryStatus === 'ENABLED' ? (recovery.RecoveryPeriodInDays ?? 35) : 0;
  } catch (error) {
    if (error instanceof Error && /^Unknown(Operation|Error)/.test(error.name)) return undefined;
    throw error;
  }
};

export interface SettingsCheck {
  faults: string[];
  /** What was done, or would be. */
  notes: string[];
}

/** Gives the restored table the settings of the source that a restore loses. Faults are what it can't give: then nothing is changed. */
export const restoreSettings = async (
  client: DynamoDBClient,
  { from, to, dryRun }: { from: string; to: string; dryRun: boolean },
): Promise<SettingsCheck> => {
  const describe = async (TableName: string): Promise<TableDescription> =>
    (await client.send(new DescribeTableCommand({ TableName }))).Table!;
  const [source, target] = await Promise.all([describe(from), describe(to)]);
  const faults = faultsOf(source, target);
  if (faults.length > 0) return { faults, notes: [] };

  const lost = lostBy(source, target);
  const notes = Object.keys(lost).map((name) => `${name}: as of ${from}`);
  if (notes.length > 0 && !dryRun) await client.send(new UpdateTableCommand({ TableName: to, ...lost }));

  const [days, daysNow] = await Promise.all([recoveryDaysOf(client, from), recoveryDaysOf(client, to)]);
  if (days === undefined) notes.push('point-in-time recovery: not checked, DynamoDB does not know it here');
  else if (days > 0 && days !== daysNow) {
    notes.push(`point-in-time recovery: on, ${days} days`);
    const on = { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: days };
    if (!dryRun)
      await client.send(new UpdateContinuousBackupsCommand({ TableName: to, PointInTimeRecoverySpecification: on }));
  }
  return { faults, notes };
};
