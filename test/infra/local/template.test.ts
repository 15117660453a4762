import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { loadAssembly } from '../../../infra/local/template.ts';

const output = (Value: unknown) => ({ Resources: {}, Outputs: { Name: { Value } } });

const valueSchema = z.object({ Value: z.unknown() });

describe('a cloud assembly', () => {
  let dir: string;

  const assemble = async (stacks: Record<string, object>) => {
    const artifacts = Object.entries(stacks).map(([name]) => [
      name,
      { type: 'aws:cloudformation:stack', properties: { templateFile: `${name}.json` } },
    ]);
    const manifest = { artifacts: { ...Object.fromEntries(artifacts), 'One.assets': { type: 'cdk:asset-manifest' } } };
    await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
    for (const [name, template] of Object.entries(stacks))
      await writeFile(join(dir, `${name}.json`), JSON.stringify(template));
    return loadAssembly(dir);
  };

  const resolve = async (value: unknown) => {
    const assembly = await assemble({
      One: {
        Resources: {
          Probe: { Type: 'Probe', Properties: { Value: value, Other: { 'Fn::Unheard': 'of' } } },
          Function: { Type: 'AWS::Lambda::Function' },
          Bucket: { Type: 'AWS::S3::Bucket' },
          Topic: { Type: 'AWS::SNS::Topic' },
          Machine: { Type: 'AWS::StepFunctions::StateMachine' },
        },
      },
      Two: {
        Resources: { Table: { Type: 'AWS::DynamoDB::GlobalTable' } },
        Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'Two:TableArn' } } },
      },
    });
    return assembly.resources('Probe')[0]?.properties(valueSchema).Value;
  };

  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'expunge-template-'));
  });

  afterEach(() => rm(dir, { recursive: true }));

  it.each([
    ['a plain value', { a: [1, 'b', null, { c: true }] }, { a: [1, 'b', null, { c: true }] }],
    ['the name of a resource', { Ref: 'Function' }, 'One-Function'],
    ['the name of a bucket, which has no capitals', { Ref: 'Bucket' }, 'one-bucket'],
    [
      'the ARN of a state machine',
      { Ref: 'Machine' },
      'arn:aws:states:eu-west-1:000000000000:stateMachine:One-Machine',
    ],
    [
      'what a state machine is asked for',
      [{ 'Fn::GetAtt': ['Machine', 'Arn'] }, { 'Fn::GetAtt': ['Machine', 'Name'] }],
      ['arn:aws:states:eu-west-1:000000000000:stateMachine:One-Machine', 'One-Machine'],
    ],
    ['a pseudo parameter', { Ref: 'AWS::Region' }, 'eu-west-1'],
    ["a bucket's ARN", { 'Fn::GetAtt': ['Bucket', 'Arn'] }, 'arn:aws:s3:::one-bucket'],
    ['an ARN', { 'Fn::GetAtt': ['Function', 'Arn'] }, 'arn:aws:lambda:eu-west-1:000000000000:function:One-Function'],
    [
      "another stack's export",
      { 'Fn::ImportValue': 'Two:TableArn' },
      'arn:aws:dynamodb:eu-west-1:000000000000:table/Two-Table',
    ],
    ['a join', { 'Fn::Join': ['/', ['integrations', { Ref: 'Bucket' }]] }, 'integrations/one-bucket'],
    [
      'what is nested',
      { A: [{ 'Fn::Select': ['1', { 'Fn::Split': ['-', { Ref: 'Function' }] }] }] },
      { A: ['Function'] },
    ],
  ])('resolves %s', async (_, value, expected) => {
    expect(await resolve(value)).toEqual(expected);
  });

  it.each([
    [{ 'Fn::Cidr': ['10.0.0.0/8', 1] }, 'No rule for Fn::Cidr'],
    [{ 'Fn::GetAtt': ['Topic', 'Arn'] }, 'No rule for the ARN of Topic (AWS::SNS::Topic)'],
    [{ 'Fn::GetAtt': ['Function', 'Version'] }, 'No rule for Fn::GetAtt Function.Version'],
    [{ 'Fn::GetAtt': ['Function', 'Name'] }, 'No rule for Fn::GetAtt Function.Name'],
    [{ 'Fn::ImportValue': 'Three:Arn' }, 'No stack exports Three:Arn'],
    [{ Ref: 'Nowhere' }, 'One has no resource Nowhere'],
  ])('says that it cannot resolve %j', async (value, message) => {
    await expect(resolve(value)).rejects.toThrow(message);
  });

  it('gives an output that one stack has, and refuses one of two stacks or of none', async () => {
    expect((await assemble({ One: output('a') })).output('Name')).toBe('a');
    expect(() => loadAssembly(dir).output('Nome')).toThrow('0 stacks have an output Nome, expected one');
    const twice = await assemble({ One: output('a'), Two: output('b') });
    expect(() => twice.output('Name')).toThrow('2 stacks have an output Name, expected one');
  });
});
