import { localAws } from './local-aws.ts';
import type { StackTemplate } from './stack-template.ts';

const { account, region } = localAws;

const pseudoParameters: Record<string, string> = {
  'AWS::AccountId': account,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::URLSuffix': 'amazonaws.com',
};

const stateMachine = 'AWS::StepFunctions::StateMachine';

const arnSuffixes: Record<string, (name: string) => string> = {
  'AWS::DynamoDB::GlobalTable': (name) => `dynamodb:${region}:${account}:table/${name}`,
  'AWS::IAM::Role': (name) => `iam::${account}:role/${name}`,
  'AWS::KMS::Key': (name) => `kms:${region}:${account}:key/${name}`,
  'AWS::Lambda::Function': (name) => `lambda:${region}:${account}:function:${name}`,
  // CloudFormation's own, which takes in the streams of the group.
  'AWS::Logs::LogGroup': (name) => `logs:${region}:${account}:log-group:${name}:*`,
  'AWS::S3::Bucket': (name) => `s3:::${name}`,
  'AWS::SQS::Queue': (name) => `sqs:${region}:${account}:${name}`,
  [stateMachine]: (name) => `states:${region}:${account}:stateMachine:${name}`,
};

const resourceOf = (stack: StackTemplate, logicalId: string) => {
  const resource = stack.Resources[logicalId];
  if (!resource) throw new Error(`${stack.stackName} has no resource ${logicalId}`);
  return resource;
};

/** The name that a resource is deployed under; CloudFormation would add a random end to it. */
export const nameOf = (stack: StackTemplate, logicalId: string): string => {
  const name = `${stack.stackName}-${logicalId}`;
  // A bucket's name is part of a host's, which has no capitals.
  return resourceOf(stack, logicalId).Type === 'AWS::S3::Bucket' ? name.toLowerCase() : name;
};

/** The ARN of a resource whose type has a rule. */
export const arnOf = (stack: StackTemplate, logicalId: string): string => {
  const { Type } = resourceOf(stack, logicalId);
  const suffix = arnSuffixes[Type];
  if (!suffix) throw new Error(`No rule for the ARN of ${logicalId} (${Type})`);
  return `arn:aws:${suffix(nameOf(stack, logicalId))}`;
};

const attributeOf = (stack: StackTemplate, [logicalId = '', name]: string[], tableIds: TableIds) => {
  if (name === 'Arn') return arnOf(stack, logicalId);
  if (name === 'TableId') return tableIds.get(nameOf(stack, logicalId)) ?? `id-of-${nameOf(stack, logicalId)}`;
  if (name === 'Name' && resourceOf(stack, logicalId).Type === stateMachine) return nameOf(stack, logicalId);
  throw new Error(`No rule for Fn::GetAtt ${logicalId}.${name}`);
};

// Of most resources it is the name.
const referenceOf = (stack: StackTemplate, logicalId: string) =>
  resourceOf(stack, logicalId).Type === stateMachine ? arnOf(stack, logicalId) : nameOf(stack, logicalId);

/** The ids that DynamoDB gave to tables, by their names; a table that is not made yet has a stand-in. */
export type TableIds = ReadonlyMap<string, string>;

/** Puts in the place of each intrinsic function what CloudFormation would; one without a rule is an error that names it. */
export const makeResolve = (stacks: readonly StackTemplate[], tableIds: TableIds) => {
  const importValue = (exportName: unknown) => {
    for (const stack of stacks) {
      const output = Object.values(stack.Outputs).find(({ Export }) => Export?.Name === exportName);
      if (output) return resolve(stack, output.Value);
    }
    throw new Error(`No stack exports ${String(exportName)}`);
  };

  const resolveIntrinsic = (stack: StackTemplate, intrinsic: string, argument: unknown): unknown => {
    const resolved = intrinsic === 'Ref' || intrinsic === 'Fn::GetAtt' ? argument : resolve(stack, argument);
    switch (intrinsic) {
      case 'Ref':
        return pseudoParameters[String(argument)] ?? referenceOf(stack, String(argument));
      case 'Fn::GetAtt':
        return attributeOf(stack, argument as string[], tableIds);
      case 'Fn::ImportValue':
        return importValue(resolved);
      case 'Fn::Join': {
        const [separator, parts] = resolved as [string, string[]];
        return parts.join(separator);
      }
      case 'Fn::Split': {
        const [separator, whole] = resolved as [string, string];
        return whole.split(separator);
      }
      case 'Fn::Select': {
        const [index, list] = resolved as [number | string, unknown[]];
        return list[Number(index)];
      }
      default:
        throw new Error(`No rule for ${intrinsic}`);
    }
  };

  const resolve = (stack: StackTemplate, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((element) => resolve(stack, element));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (only && entries.length === 1 && (only[0] === 'Ref' || only[0].startsWith('Fn::'))) {
      return resolveIntrinsic(stack, ...only);
    }
    return Object.fromEntries(entries.map(([key, element]) => [key, resolve(stack, element)]));
  };

  return resolve;
};
