import { beforeAll, describe, expect, it } from 'vitest';
import { deployments } from './deployments.ts';
import { readTemplate, type Resource, resourcesOf, type StackTemplate } from './stack-template.ts';

const tableType = 'AWS::DynamoDB::GlobalTable';

const expected = {
  dev: { recoveryDays: 1, protected: false, policy: 'Delete' },
  staging: { recoveryDays: 1, protected: false, policy: 'Delete' },
  prod: { recoveryDays: 7, protected: true, policy: 'Retain' },
};

describe.each(deployments)('the tables of $name', (deployment) => {
  const { stage, settings } = deployment;
  let template: StackTemplate;
  let conversations: Resource;
  let idempotency: Resource;

  const tableOf = (output: string) => {
    const value = template.Outputs[output]?.Value as { Ref: string } | undefined;
    const resource = template.Resources[value?.Ref ?? ''];
    if (!resource) throw new Error(`The output ${output} names no resource`);
    return resource;
  };

  beforeAll(async () => {
    template = await readTemplate(deployment, 'Data');
    // Beside a restored table, which no stack made, the stage's own is another output.
    conversations = tableOf(settings.restoredTable ? 'OwnTableName' : 'TableName');
    idempotency = tableOf('IdempotencyTableName');
  });

  it('are two, billed by request', () => {
    expect(resourcesOf(template, tableType)).toHaveLength(2);
    for (const table of [conversations, idempotency]) expect(table.Properties['BillingMode']).toBe('PAY_PER_REQUEST');
  });

  it('have no stream, which would publish what is erased', () => {
    for (const [, { Properties }] of resourcesOf(template, tableType)) {
      expect(Properties).not.toHaveProperty('StreamSpecification');
      for (const replica of Properties['Replicas']) expect(replica).not.toHaveProperty('KinesisStreamSpecification');
    }
  });

  it('stand in one region', () => {
    for (const [, { Properties }] of resourcesOf(template, tableType)) expect(Properties['Replicas']).toHaveLength(1);
  });

  it('are encrypted under one key of the company, which rotates', () => {
    // The other key is that of the alarms' topic.
    const keys = resourcesOf(template, 'AWS::KMS::Key').filter(([id]) => !id.startsWith('Alarms'));
    expect(keys).toHaveLength(1);
    const [[keyId, key] = []] = keys;
    expect(key?.Properties['EnableKeyRotation']).toBe(true);
    expect(key?.DeletionPolicy).toBe(expected[stage].policy);
    for (const { Properties } of [conversations, idempotency]) {
      expect(Properties['SSESpecification']).toEqual({ SSEEnabled: true, SSEType: 'KMS' });
      expect(Properties['Replicas'][0].SSESpecification).toEqual({ KMSMasterKeyId: { 'Fn::GetAtt': [keyId, 'Arn'] } });
    }
  });

  it(`go back ${expected[stage].recoveryDays} days, idempotency records not at all`, () => {
    expect(conversations.Properties['Replicas'][0].PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: true,
      RecoveryPeriodInDays: expected[stage].recoveryDays,
    });
    expect(idempotency.Properties['Replicas'][0].PointInTimeRecoverySpecification).toEqual({
      PointInTimeRecoveryEnabled: false,
    });
  });

  it(`${expected[stage].protected ? 'cannot' : 'can'} be deleted`, () => {
    for (const table of [conversations, idempotency]) {
      expect(table.Properties['Replicas'][0].DeletionProtectionEnabled).toBe(expected[stage].protected);
      expect(table.DeletionPolicy).toBe(expected[stage].policy);
      expect(table.UpdateReplacePolicy).toBe(expected[stage].policy);
    }
  });

  it('copy keys alone into the index of open redactions', () => {
    expect(conversations.Properties['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'open',
        KeySchema: [
          { AttributeName: 'open', KeyType: 'HASH' },
          { AttributeName: 'openedAt', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ]);
    expect(conversations.Properties['AttributeDefinitions']).toContainEqual({
      AttributeName: 'openedAt',
      AttributeType: 'N',
    });
    expect(idempotency.Properties).not.toHaveProperty('GlobalSecondaryIndexes');
  });

  it('let idempotency records expire, and nothing else', () => {
    expect(idempotency.Properties['TimeToLiveSpecification']).toEqual({ AttributeName: 'expiration', Enabled: true });
    expect(conversations.Properties).not.toHaveProperty('TimeToLiveSpecification');
  });
});
