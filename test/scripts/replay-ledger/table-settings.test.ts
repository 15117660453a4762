import {
  type ContinuousBackupsDescription,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { restoreSettings } from '../../../scripts/replay-ledger/table-settings.ts';

const aws = mockClient(DynamoDBClient);
const client = new DynamoDBClient({ region: 'eu-west-1' });

const source: TableDescription = {
  TableStatus: 'ACTIVE',
  SSEDescription: { KMSMasterKeyArn: 'arn:key' },
  GlobalSecondaryIndexes: [{ IndexName: 'open' }],
  DeletionProtectionEnabled: true,
  OnDemandThroughput: { MaxReadRequestUnits: 4000, MaxWriteRequestUnits: 4000 },
};
/** As DynamoDB restores it. */
const { DeletionProtectionEnabled: _, OnDemandThroughput: __, ...restored } = source;

const backups = (days: number | undefined): ContinuousBackupsDescription => ({
  ContinuousBackupsStatus: 'ENABLED',
  PointInTimeRecoveryDescription: {
    PointInTimeRecoveryStatus: days === undefined ? 'DISABLED' : 'ENABLED',
    RecoveryPeriodInDays: days,
  },
});

const standing = (target: TableDescription, days?: number) => {
  aws.on(DescribeTableCommand, { TableName: 'source' }).resolves({ Table: source });
  aws.on(DescribeTableCommand, { TableName: 'copy' }).resolves({ Table: target });
  aws
    .on(DescribeContinuousBackupsCommand, { TableName: 'source' })
    .resolves({ ContinuousBackupsDescription: backups(7) });
  aws
    .on(DescribeContinuousBackupsCommand, { TableName: 'copy' })
    .resolves({ ContinuousBackupsDescription: backups(days) });
};
const check = (dryRun = false) => restoreSettings(client, { from: 'source', to: 'copy', dryRun });
const updates = () =>
  [...aws.commandCalls(UpdateTableCommand), ...aws.commandCalls(UpdateContinuousBackupsCommand)].map(
    ({ args: [command] }) => command.input,
  );

beforeEach(() => aws.reset());

describe('the settings of a restored table', () => {
  it('become again what they are in the table that it was restored from', async () => {
    standing(restored);
    const { faults, notes } = await check();
    expect(faults).toEqual([]);
    expect(notes).toEqual([
      'DeletionProtectionEnabled: as of source',
      'OnDemandThroughput: as of source',
      'point-in-time recovery: on, 7 days',
    ]);
    expect(updates()).toEqual([
      { TableName: 'copy', DeletionProtectionEnabled: true, OnDemandThroughput: source.OnDemandThroughput },
      {
        TableName: 'copy',
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true, RecoveryPeriodInDays: 7 },
      },
    ]);
  });

  it('are shown and left by a dry run', async () => {
    standing(restored);
    expect((await check(true)).notes).toHaveLength(3);
    expect(updates()).toEqual([]);
  });

  it('are left where they are as they should be', async () => {
    standing(source, 7);
    expect((await check()).notes).toEqual([]);
    expect(updates()).toEqual([]);
  });

  it.each([
    ['another key', { SSEDescription: { KMSMasterKeyArn: 'arn:other' } }, 'it is encrypted under another key'],
    ['no key of the company', { SSEDescription: undefined }, 'it is encrypted under another key'],
    ['a stream', { StreamSpecification: { StreamEnabled: true } }, 'it has a stream'],
    ['no index of open redactions', { GlobalSecondaryIndexes: [] }, 'it has no index open'],
    ['a restore that is not done', { TableStatus: 'CREATING' }, 'it is not restored yet'],
  ] as const)('are refused with %s, and nothing is changed', async (_what, fields, fault) => {
    standing({ ...restored, ...fields } as TableDescription);
    expect((await check()).faults).toEqual([expect.stringContaining(fault)]);
    expect(updates()).toEqual([]);
  });

  it('say that recovery is not checked where DynamoDB does not know it', async () => {
    standing(source, 7);
    aws.on(DescribeContinuousBackupsCommand).rejects(Object.assign(new Error(), { name: 'UnknownOperationException' }));
    expect((await check()).notes).toEqual(['point-in-time recovery: not checked, DynamoDB does not know it here']);
  });
});
