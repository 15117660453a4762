import { beforeAll, describe, expect, it } from 'vitest';
import { deployments } from './deployments.ts';
import { readTemplate, type Resource, resourcesOf, type StackTemplate } from './stack-template.ts';

const expected = {
  dev: { logDays: 7, policy: 'Delete' },
  staging: { logDays: 30, policy: 'Delete' },
  prod: { logDays: 90, policy: 'Retain' },
};

describe.each(deployments)('the bucket of files of $name', (deployment) => {
  const { stage } = deployment;
  let template: StackTemplate;
  let files: Resource;
  let filesId: string;
  let logs: Resource;
  let logsId: string;

  const statementsOf = (id: string): any[] =>
    resourcesOf(template, 'AWS::S3::BucketPolicy')
      .filter(([, { Properties }]) => Properties['Bucket'].Ref === id)
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement);

  beforeAll(async () => {
    template = await readTemplate(deployment, 'Data');
    filesId = (template.Outputs['BucketName']!.Value as { Ref: string }).Ref;
    const buckets = Object.fromEntries(resourcesOf(template, 'AWS::S3::Bucket'));
    logsId = Object.keys(buckets).find((id) => id !== filesId)!;
    files = buckets[filesId]!;
    logs = buckets[logsId]!;
  });

  it('stands with the bucket of its logs and no other', () => {
    expect(
      resourcesOf(template, 'AWS::S3::Bucket')
        .map(([id]) => id)
        .toSorted(),
    ).toEqual([filesId, logsId].toSorted());
  });

  it('keeps no version and no replica, and locks nothing, so that a delete is a delete', () => {
    for (const { Properties } of [files, logs]) {
      expect(Properties).not.toHaveProperty('VersioningConfiguration');
      expect(Properties).not.toHaveProperty('ReplicationConfiguration');
      expect(Properties).not.toHaveProperty('ObjectLockEnabled');
      expect(Properties).not.toHaveProperty('ObjectLockConfiguration');
    }
    expect(Object.values(template.Resources).filter(({ Type }) => Type.startsWith('AWS::Backup'))).toEqual([]);
  });

  it('lets uploads go that no part named and copies that were not finished, after a day, and nothing else', () => {
    expect(files.Properties['LifecycleConfiguration'].Rules).toEqual([
      { Id: 'uploads-that-no-part-named', Prefix: 'staging/', ExpirationInDays: 1, Status: 'Enabled' },
      {
        Id: 'copies-that-were-not-finished',
        TagFilters: [{ Key: 'state', Value: 'unplaced' }],
        ExpirationInDays: 1,
        Status: 'Enabled',
      },
      { Id: 'unfinished-uploads', AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled' },
    ]);
  });

  it('is encrypted under the key of the tables', () => {
    const [[keyId] = []] = resourcesOf(template, 'AWS::KMS::Key');
    expect(files.Properties['BucketEncryption'].ServerSideEncryptionConfiguration).toEqual([
      {
        BucketKeyEnabled: true,
        ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: { 'Fn::GetAtt': [keyId, 'Arn'] } },
      },
    ]);
  });

  it('is private, as its logs are: no public access, no other owner, no website, no script of another origin', () => {
    const all = { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true };
    for (const { Properties } of [files, logs]) {
      expect(Properties['PublicAccessBlockConfiguration']).toEqual(all);
      expect(Properties['OwnershipControls']).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect(Properties).not.toHaveProperty('AccessControl');
      expect(Properties).not.toHaveProperty('WebsiteConfiguration');
      expect(Properties).not.toHaveProperty('CorsConfiguration');
    }
  });

  it('refuses what does not come by TLS, as its logs do, and allows nobody anything by its own policy', () => {
    for (const id of [filesId, logsId]) {
      const denied = statementsOf(id).filter(({ Effect }) => Effect === 'Deny');
      expect(denied.map(({ Action, Principal, Condition }) => ({ Action, Principal, Condition }))).toEqual([
        { Action: 's3:*', Principal: { AWS: '*' }, Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
        { Action: 's3:*', Principal: { AWS: '*' }, Condition: { NumericLessThan: { 's3:TlsVersion': 1.2 } } },
      ]);
      for (const { Resource } of denied)
        expect(Resource).toEqual([
          { 'Fn::GetAtt': [id, 'Arn'] },
          { 'Fn::Join': ['', [{ 'Fn::GetAtt': [id, 'Arn'] }, '/*']] },
        ]);
    }
    expect(statementsOf(filesId).filter(({ Effect }) => Effect !== 'Deny')).toEqual([]);
  });

  it(`logs each access to a bucket of its own, for ${expected[stage].logDays} days`, () => {
    expect(files.Properties['LoggingConfiguration']).toEqual({ DestinationBucketName: { Ref: logsId } });
    expect(logs.Properties['BucketEncryption'].ServerSideEncryptionConfiguration).toEqual([
      { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
    ]);
    expect(logs.Properties['LifecycleConfiguration'].Rules).toEqual([
      { Id: 'expire', ExpirationInDays: expected[stage].logDays, Status: 'Enabled' },
    ]);
    const allowed = statementsOf(logsId).filter(({ Effect }) => Effect === 'Allow');
    expect(allowed.map(({ Action, Principal, Condition }) => ({ Action, Principal, Condition }))).toEqual([
      {
        Action: 's3:PutObject',
        Principal: { Service: 'logging.s3.amazonaws.com' },
        Condition: {
          ArnLike: { 'aws:SourceArn': { 'Fn::GetAtt': [filesId, 'Arn'] } },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ]);
  });

  it('goes or stays with its stack as the tables do', () => {
    for (const { DeletionPolicy, UpdateReplacePolicy } of [files, logs]) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([expected[stage].policy, expected[stage].policy]);
    }
  });
});
