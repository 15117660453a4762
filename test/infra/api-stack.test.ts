import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type DeployedFunction, deployedFunctions } from './deployed-functions.ts';
import { deployments, region } from './deployments.ts';
import { readTemplate, type Resource, resourcesOf, type StackTemplate } from './stack-template.ts';

const functionsDir = join(import.meta.dirname, '../../functions');
const writes = /^dynamodb:(\*|Put|Update|Delete|BatchWrite|Create|Restore|PartiQL)/;

const tableOf = (resources: string) => (resources.includes('Idempotency') ? 'idempotency' : 'conversations');

const access = ({ folder, statements, variables }: DeployedFunction) => ({
  folder,
  writes: [
    ...new Set(
      statements
        .filter(({ actions }) => actions.some((action) => writes.test(action)))
        .map(({ resources }) => tableOf(resources)),
    ),
  ],
  tables: Object.keys(variables).filter((name) => name.endsWith('TABLE_NAME')),
});

/** A store, or the workflow, that another stack exports; a restored table's ARN, which only its name makes, is `restored`. */
const storeOf = (stage: string, restored: string | undefined, resource: unknown): string => {
  // What follows is a path inside it, such as files/*.
  const parts: unknown[] = (resource as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join']?.[1] ?? [resource];
  const { 'Fn::ImportValue': name } = parts[0] as { 'Fn::ImportValue'?: string };
  const stores = 'Key|Conversations|IdempotencyRecords|FilesBucket|WorkflowStateMachine';
  const exported = new RegExp(`^Expunge-${stage}-(?:Data|Erasure):ExportsOutput(?:FnGetAtt|Ref)(${stores})[\\dA-F]{8}`);
  const [, store] = exported.exec(name ?? '') ?? [];
  const account = [{ Ref: 'AWS::Partition' }, `:dynamodb:${region}:`, { Ref: 'AWS::AccountId' }];
  const isRestored = JSON.stringify(parts) === JSON.stringify(['arn:', ...account, `:table/${restored}`]);
  return store ?? (isRestored ? 'restored' : JSON.stringify(resource));
};

describe.each(deployments)('the API of $name', (deployment) => {
  const { stage, settings } = deployment;
  let template: StackTemplate;
  let functions: DeployedFunction[];

  const behind = (methods: RegExp) => functions.filter(({ routeKeys }) => routeKeys.some((key) => methods.test(key)));

  beforeAll(async () => {
    template = await readTemplate(deployment, 'Api');
    functions = deployedFunctions(template);
  });

  it('runs only functions whose folder has a handler', () => {
    expect(functions.length).toBeGreaterThan(12);
    const missing = functions.filter(({ folder }) => !existsSync(join(functionsDir, folder, 'handler.ts')));
    expect(missing.map(({ folder }) => folder)).toEqual([]);
  });

  it('leads every route to a function of its own, which answers its other spellings too', () => {
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route');
    expect(functions.flatMap(({ routeKeys }) => routeKeys)).toHaveLength(routes.length);
    const shared = functions.filter(({ routeKeys }) => routeKeys.length > 1);
    expect(shared.map(({ routeKeys }) => new Set(routeKeys.map((key) => key.replace(/\.json$/, ''))).size)).toEqual(
      shared.map(() => 1),
    );
  });

  it('tells the function behind $default every other route', () => {
    const [fallback] = behind(/^\$default$/);
    const known = JSON.parse(String(fallback?.variables['ROUTES'])) as string[];
    expect(known.toSorted()).toEqual(
      behind(/^[A-Z]+ \//)
        .flatMap(({ routeKeys }) => routeKeys)
        .toSorted(),
    );
  });

  it('lets a function that answers GET read conversations and write nothing', () => {
    const readers = behind(/^GET /).map(access);
    expect(readers.length).toBeGreaterThan(4);
    expect(readers).toEqual(readers.map(({ folder }) => ({ folder, writes: [], tables: ['TABLE_NAME'] })));
  });

  it('lets the others write conversations and idempotency records, and whoever gives out upload links records alone', () => {
    const writers = behind(/^(POST|PUT) /).map(access);
    expect(writers.length).toBeGreaterThan(5);
    expect(writers).toEqual(
      writers.map(({ folder }) => ({
        folder,
        writes: folder === 'expunge/create-attachment' ? ['idempotency'] : ['conversations', 'idempotency'],
        tables: ['TABLE_NAME', 'IDEMPOTENCY_TABLE_NAME'],
      })),
    );
  });

  it('gives the function behind $default nothing', () => {
    expect(behind(/^\$default$/)).toMatchObject([{ folder: 'expunge/unknown-route', statements: [] }]);
  });

  it('lets only those that redact whole conversations start the workflow, and nothing else of it', () => {
    const starting = functions.filter(({ variables }) => 'STATE_MACHINE_ARN' in variables);
    expect(starting.map(({ folder }) => folder)).toEqual(['expunge/redact-conversation', 'augno/redact-conversation']);
    const states = functions
      .flatMap(({ folder, statements }) => statements.map(({ actions }) => ({ folder, actions })))
      .filter(({ actions }) => actions.some((action) => action.startsWith('states:')));
    expect(states).toEqual(starting.map(({ folder }) => ({ folder, actions: ['states:StartExecution'] })));
  });

  it('lets each function do with files what its route does, under the prefix that this is about', () => {
    const onFiles = (deployed: DeployedFunction) =>
      deployed.statements.flatMap(({ actions, resources }) => {
        const s3 = actions.filter((action) => action.startsWith('s3:'));
        const [, prefix] = /"\/(\w+)\/\*"/.exec(resources) ?? [];
        return s3.map((action) => `${action.slice('s3:'.length)} ${prefix ?? 'bucket'}`);
      });
    const show = ['GetObject files'];
    const erase = ['DeleteObject staging', 'DeleteObject files', 'ListBucket bucket'];
    const place = [
      'GetObject staging',
      'DeleteObject staging',
      'GetObject files',
      'PutObject files',
      'PutObjectTagging files',
      'DeleteObjectTagging files',
      'DeleteObject files',
      'ListBucket bucket',
    ];
    const upload = ['PutObject staging'];
    expect(
      Object.fromEntries(
        functions.filter(({ variables }) => 'BUCKET_NAME' in variables).map((f) => [f.folder, onFiles(f)]),
      ),
    ).toEqual({
      'expunge/import-conversation': [...place, ...upload],
      'expunge/append-parts': [...place, ...upload],
      'expunge/create-attachment': upload,
      'expunge/get-conversation': show,
      'expunge/redact-conversation': erase,
      'augno/get-conversation': show,
      'augno/list-messages': show,
      'augno/set-legal-hold': show,
      'augno/redact-conversation': [...show, ...erase],
      'intercom/get-conversation': show,
      'intercom/redact': [...show, ...erase],
      'zendesk/list-audits': show,
      'zendesk/redact-chat': show,
      'zendesk/redact-chat-files': [...show, ...erase],
      'featurebase/get-conversation': show,
      'featurebase/redact': [...show, ...erase],
    });
    const others = functions.filter(({ variables }) => !('BUCKET_NAME' in variables));
    expect(others.flatMap(onFiles)).toEqual([]);
  });

  it('lets what erases list files alone', () => {
    const [erasing] = functions.filter(({ folder }) => folder === 'expunge/redact-conversation');
    expect(erasing?.statements.find(({ actions }) => actions.includes('s3:ListBucket'))).toMatchObject({
      condition: { StringLike: { 's3:prefix': 'files/*' } },
    });
  });

  it('lets no function reach beyond the stores, their key and the workflow', () => {
    const statements = functions.flatMap((deployed) => deployed.statements);
    const { restoredTable } = settings;
    const reached = statements.flatMap(({ resources }) =>
      [JSON.parse(resources)].flat().map((resource) => storeOf(stage, restoredTable?.name, resource)),
    );
    const table = restoredTable ? 'restored' : 'Conversations';
    expect(new Set(reached)).toEqual(
      new Set(['Key', table, 'IdempotencyRecords', 'FilesBucket', 'WorkflowStateMachine']),
    );
    const actions = new Set(statements.flatMap((statement) => statement.actions));
    expect([...actions].filter((action) => !/^(dynamodb|kms|s3|states):[A-Z]/.test(action))).toEqual([]);
  });

  it('logs ids, numbers and names of its own of a request, and nothing that a caller wrote', () => {
    const [[, { Properties }], ...others] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage') as [[string, Resource]];
    expect(others).toEqual([]);
    const { Format, DestinationArn } = Properties['AccessLogSettings'];
    expect(JSON.parse(Format)).toEqual({
      requestId: '$context.requestId',
      routeKey: '$context.routeKey',
      status: '$context.status',
      error: '$context.error.responseType',
      latencyMs: '$context.responseLatency',
      integrationStatus: '$context.integrationStatus',
      integrationLatencyMs: '$context.integrationLatency',
      responseBytes: '$context.responseLength',
      time: '$context.requestTimeEpoch',
    });
    const logDays = { dev: 7, staging: 30, prod: 90 };
    const group = template.Resources[DestinationArn['Fn::GetAtt'][0]];
    expect(group).toMatchObject({
      Type: 'AWS::Logs::LogGroup',
      Properties: { RetentionInDays: logDays[stage] },
      DeletionPolicy: stage === 'prod' ? 'Retain' : 'Delete',
    });
    expect(JSON.stringify(Properties)).not.toContain('DataTraceEnabled');
  });

  it('sets a throttle for each route, once the route is there', () => {
    const [[, { Properties, DependsOn }]] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage') as [[string, Resource]];
    const routes = resourcesOf(template, 'AWS::ApiGatewayV2::Route').filter(
      ([, route]) => route.Properties['RouteKey'] !== '$default',
    );
    expect(Object.keys(Properties['RouteSettings']).toSorted()).toEqual(
      routes.map(([, route]) => route.Properties['RouteKey']).toSorted(),
    );
    expect(DependsOn).toEqual(expect.arrayContaining(routes.map(([id]) => id)));
  });
});
