import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { findStage } from '../../infra/environments.ts';
import { ApiStack } from '../../infra/stacks/api-stack.ts';
import { DataStack } from '../../infra/stacks/data-stack.ts';
import { ErasureStack } from '../../infra/stacks/erasure-stack.ts';
import { deployedFunctions } from './deployed-functions.ts';
import { resourcesOf, type StackTemplate } from './stack-template.ts';

const restoredTable = { name: 'Conversations-restored', id: '6f5a1f0e-5a2b-4a57-9d5e-0f2b8f3a7c11' };

/** The templates of prod as the app makes them, of its own table or of a restored one. */
const templatesOf = (settings: { restoredTable?: typeof restoredTable }) => {
  const app = new App({
    context: {
      ...JSON.parse(readFileSync('cdk.json', 'utf8')).context,
      '@aws-cdk/core:defaultCrossStackReferences': 'strong',
      'aws:cdk:bundling-stacks': [],
    },
  });
  const props = { env: { region: 'eu-west-1' }, settings: { ...findStage('prod').settings, ...settings } };
  const data = new DataStack(app, 'Data', props);
  const erasure = new ErasureStack(app, 'Erasure', { ...props, data });
  const api = new ApiStack(app, 'Api', { ...props, data, erasure });
  const read = (stack: DataStack | ErasureStack | ApiStack) => Template.fromStack(stack).toJSON() as StackTemplate;
  return { data: read(data), erasure: read(erasure), api: read(api) };
};

const importsOf = (template: unknown): string[] =>
  [...JSON.stringify(template).matchAll(/"Fn::ImportValue":"([^"]+)"/g)].map(([, name]) => name!);
const exportsOf = ({ Outputs }: StackTemplate): string[] =>
  Object.values(Outputs as Record<string, { Export?: { Name: string } }>).flatMap(({ Export }) => Export?.Name ?? []);

type Templates = ReturnType<typeof templatesOf>;
let before: Templates;
let after: Templates;
beforeAll(() => {
  before = templatesOf({});
  after = templatesOf({ restoredTable });
});

const withTable = ({ api, erasure }: Templates) =>
  [...deployedFunctions(api), ...deployedFunctions(erasure)].filter(({ variables }) => 'TABLE_NAME' in variables);

describe('a stage of its own table', () => {
  it('tells every function the id that DynamoDB gave that table', () => {
    const outputs = Object.values(before.data.Outputs as Record<string, { Value: any; Export?: { Name: string } }>);
    const own = outputs.filter(({ Value }) => Value['Fn::GetAtt']?.[1] === 'TableId').map(({ Export }) => Export?.Name);
    const ids = new Set(withTable(before).map(({ variables }) => (variables['TABLE_ID'] as any)['Fn::ImportValue']));
    expect([...ids]).toEqual([own.find((name) => name !== undefined)]);
  });
});

describe('a stage that is pointed at a restored table', () => {
  it('keeps its own table as it is, which is where the ledger is, and has its alarms watch the other', () => {
    const split = ({ data }: Templates) => {
      const alarms = resourcesOf(data, 'AWS::CloudWatch::Alarm');
      const ids = new Set(alarms.map(([id]) => id));
      return { alarms, others: Object.entries(data.Resources).filter(([id]) => !ids.has(id)) };
    };
    expect(split(after).others).toEqual(split(before).others);
    const watched = split(after).alarms.map(([id, { Properties }]) => [id, JSON.stringify(Properties)] as const);
    const restored = watched.filter(([, text]) => text.includes(`"Value":"${restoredTable.name}"`));
    expect(restored.map(([id]) => id)).toEqual([expect.stringMatching(/^ConversationsThrottles/)]);
  });

  it('names the table in use in its outputs, and its own beside it', () => {
    const { TableName, OwnTableName, TableId } = after.data.Outputs;
    expect([TableName?.Value, TableId?.Value]).toEqual([restoredTable.name, restoredTable.id]);
    expect(OwnTableName?.Value).toEqual(before.data.Outputs['TableName']?.Value);
    expect(before.data.Outputs).not.toHaveProperty('OwnTableName');
  });

  it('has every function use the restored table, and ask for its seal', () => {
    const told = withTable(after).map(({ folder, variables }) => [
      folder,
      variables['TABLE_NAME'],
      variables['TABLE_ID'],
    ]);
    expect(told.length).toBeGreaterThan(20);
    expect(told).toEqual(told.map(([folder]) => [folder, restoredTable.name, restoredTable.id]));
  });

  it('lets no function touch its own table any more, and every one the restored one with its index', () => {
    const granted = (templates: Templates) =>
      withTable(templates).map(({ folder, statements }) => [
        folder,
        statements.map(({ resources }) => resources).join(),
      ]);
    const ownArn = /ExportsOutputFnGetAttConversations/;
    for (const [, resources] of granted(before)) expect(resources).toMatch(ownArn);
    for (const [, resources] of granted(after)) {
      expect(resources).not.toMatch(ownArn);
      expect(resources).toContain(`:table/${restoredTable.name}"`);
    }
    const [, resume] = granted(after).find(([folder]) => folder === 'erasure/resume')!;
    expect(resume).toContain(`:table/${restoredTable.name}/index/`);
  });

  // CloudFormation changes the exporting stack first, and refuses to drop what a stack still imports.
  it.each([
    ['there', () => ({ from: before, to: after })],
    ['back', () => ({ from: after, to: before })],
  ])(
    'can be deployed %s: what the deployed functions import is still exported when the data stack has changed',
    (_, way) => {
      const { from, to } = way();
      const imported = [...importsOf(from.api), ...importsOf(from.erasure)].filter((name) => name.startsWith('Data:'));
      expect(imported.length).toBeGreaterThan(0);
      expect(exportsOf(to.data)).toEqual(expect.arrayContaining(imported));
    },
  );
});
