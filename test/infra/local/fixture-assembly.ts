import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type FixtureFunction = {
  /** The text of its bundle, index.mjs. */
  code: string;
  route?: string;
  timeoutSeconds?: number;
  integrationTimeoutMs?: number;
  reservedConcurrency?: number;
  schedule?: string;
  /** What its role allows, and nothing otherwise. */
  statements?: object[];
};

const roleOf = (service: string, statements: object[]) => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: service } }] },
    Policies: [{ PolicyName: 'own', PolicyDocument: { Version: '2012-10-17', Statement: statements } }],
  },
});

const dataTemplate = {
  Resources: {
    Conversations: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        Replicas: [{ Region: { Ref: 'AWS::Region' } }],
        // Never asked for, so that it needs no rule.
        SSESpecification: { 'Fn::GetAtt': ['Key', 'Arn'] },
      },
    },
    Files: { Type: 'AWS::S3::Bucket', Properties: { BucketEncryption: { 'Fn::GetAtt': ['Key', 'Arn'] } } },
  },
  Outputs: {
    TableName: { Value: { Ref: 'Conversations' } },
    TableId: { Value: { 'Fn::GetAtt': ['Conversations', 'TableId'] } },
    IdempotencyTableName: { Value: { Ref: 'Conversations' } },
    BucketName: { Value: { Ref: 'Files' } },
    ExportedName: { Value: { Ref: 'Conversations' }, Export: { Name: 'Fixture-Data:ConversationsName' } },
  },
};

const apiArn = 'arn:aws:execute-api:eu-west-1:000000000000:';

const resourcesOf = (folder: string, fixture: FixtureFunction) => {
  const id = folder.replace(/\W/g, '');
  return {
    [id]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Description: folder,
        Handler: 'index.handler',
        Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
        MemorySize: 256,
        Timeout: fixture.timeoutSeconds ?? 10,
        ReservedConcurrentExecutions: fixture.reservedConcurrency,
        Environment: { Variables: { TABLE_NAME: { 'Fn::ImportValue': 'Fixture-Data:ConversationsName' } } },
      },
      Metadata: { 'aws:asset:path': `asset.${id}` },
    },
    [`${id}Role`]: roleOf('lambda.amazonaws.com', fixture.statements ?? []),
    ...(fixture.route && {
      [`${id}Integration`]: {
        Type: 'AWS::ApiGatewayV2::Integration',
        Properties: { IntegrationUri: { 'Fn::GetAtt': [id, 'Arn'] }, TimeoutInMillis: fixture.integrationTimeoutMs },
      },
      [`${id}Route`]: {
        Type: 'AWS::ApiGatewayV2::Route',
        Properties: {
          RouteKey: fixture.route,
          Target: { 'Fn::Join': ['/', ['integrations', { Ref: `${id}Integration` }]] },
        },
      },
      [`${id}Permission`]: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          FunctionName: { 'Fn::GetAtt': [id, 'Arn'] },
          Principal: 'apigateway.amazonaws.com',
          SourceArn: { 'Fn::Join': ['', [apiArn, { Ref: 'Api' }, `/*/*${fixture.route.split(' ')[1] ?? ''}`]] },
        },
      },
    }),
    ...(fixture.schedule && {
      [`${id}Schedule`]: {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          ScheduleExpression: fixture.schedule,
          Target: {
            Arn: { 'Fn::GetAtt': [id, 'Arn'] },
            Input: '{}',
            RoleArn: { 'Fn::GetAtt': [`${id}Scheduler`, 'Arn'] },
          },
        },
      },
      [`${id}Scheduler`]: roleOf('scheduler.amazonaws.com', [
        { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { 'Fn::GetAtt': [id, 'Arn'] } },
      ]),
    }),
  };
};

// In a definition `function:<folder>` stands for the ARN of that function; CDK writes such a text as a join.
const stateMachineOf = (id: string, definition: object) => {
  const parts = JSON.stringify(definition).split(/function:([\w/-]+)/);
  return {
    Type: 'AWS::StepFunctions::StateMachine',
    Properties: {
      RoleArn: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] },
      DefinitionString: {
        'Fn::Join': ['', parts.map((part, i) => (i % 2 ? { 'Fn::GetAtt': [part.replace(/\W/g, ''), 'Arn'] } : part))],
      },
    },
  };
};

const stack = (name: string) => [
  name,
  { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.template.json` } },
];

/** Writes a cloud assembly of two stacks, one table, one bucket and the functions given, each by its folder, and state machines, each by its id, and what its HTTP API says of CORS; gives the folder of it. */
export const writeAssembly = async (
  functions: Record<string, FixtureFunction>,
  stateMachines: Record<string, object> = {},
  cors?: object,
): Promise<string> => {
  const dir = await mkdtemp(join(tmpdir(), 'expunge-assembly-'));
  const writeJson = (file: string, content: unknown) => writeFile(join(dir, file), JSON.stringify(content));
  const entries = Object.entries(functions);

  await writeJson('manifest.json', { artifacts: Object.fromEntries(['Fixture-Data', 'Fixture-Api'].map(stack)) });
  await writeJson('Fixture-Data.template.json', dataTemplate);
  await writeJson('Fixture-Api.template.json', {
    Resources: Object.assign(
      { Api: { Type: 'AWS::ApiGatewayV2::Api' } },
      ...entries.map(([folder, fixture]) => resourcesOf(folder, fixture)),
      { Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { CorsConfiguration: cors } } },
      ...Object.entries(stateMachines).map(([id, definition]) => ({
        [id]: stateMachineOf(id, definition),
        [`${id}Role`]: roleOf('states.amazonaws.com', [
          { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' },
        ]),
      })),
    ),
  });
  for (const [folder, { code }] of entries) {
    const assetDir = join(dir, `asset.${folder.replace(/\W/g, '')}`);
    await mkdir(assetDir);
    await writeFile(join(assetDir, 'index.mjs'), code);
  }
  return dir;
};
