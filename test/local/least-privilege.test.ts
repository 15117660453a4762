import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stageNames } from '../../infra/environments.ts';
import { type Cloud, startCloud } from '../../infra/local/cloud.ts';
import { readFunctions } from '../../infra/local/function-definition.ts';
import { type Authorizer, makeAuthorizer } from '../../infra/local/iam/authorizer.ts';
import type { RecordedCall } from '../../infra/local/iam/gates.ts';
import { type Policies, readPolicies } from '../../infra/local/iam/policies.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { type Assembly, loadAssembly } from '../../infra/local/template.ts';
import { callsAllowedBy, type Permission, permissionsOf } from '../support/role-permissions.ts';
import { startTour } from '../support/role-tour.ts';
import { tourEverything } from '../support/role-tour-stops.ts';

/** What is allowed and not done by the functions of this machine, and why. */
const exceptions: { actions: string[]; of?: RegExp; on?: RegExp; why: string }[] = [
  { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], why: "Lambda writes a function's logs in its role" },
  {
    actions: ['s3:PutObject'],
    of: /^expunge\/(import-conversation|append-parts)$/,
    on: /staging\/\*$/,
    why: 'a file that is fetched is staged, and there is no internet here: test/shared/attachments/fetch-files.test.ts',
  },
  {
    actions: ['states:DescribeExecution', 'states:StopExecution'],
    why: 'Step Functions ends the children of a Distributed Map; here they are no executions',
  },
  {
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    why: 'Lambda and Step Functions write traces in these roles',
  },
  { actions: ['sqs:SendMessage'], why: 'Lambda and the Scheduler send what was given up on in these roles' },
];

let cloud: Cloud;
const recorded = new Map<string, RecordedCall>();
let failure: unknown;

beforeAll(async () => {
  cloud = await startCloud({
    assemblyDir: await synthesize({}),
    schedules: false,
    onCall: (call) => recorded.set(JSON.stringify(call), call),
  });
  const tour = await startTour(cloud, 'tenant-tour');
  // A call that is denied may end the tour, and which it was says more.
  failure = await tourEverything(tour, cloud).catch((error: unknown) => error);
  tour.tables.close();
});
afterAll(() => cloud.stop());

it('A tour of every function is denied nothing, and comes to its end', () => {
  expect([...recorded.values()].filter(({ allowed }) => !allowed)).toEqual([]);
  expect(failure).toBeUndefined();
});

describe.each(stageNames)('the roles of %s', (stage) => {
  let assembly: Assembly;
  let policies: Policies;
  let authorize: Authorizer;
  let calls: RecordedCall[];
  const roleOf = (folder: string) => readFunctions(assembly, {}).find((each) => each.folder === folder)!.roleArn;
  const ownerOf = (roleArn: string) =>
    readFunctions(assembly, {}).find((each) => each.roleArn === roleArn)?.folder ?? roleArn.split('/')[1]!;

  beforeAll(async () => {
    assembly = loadAssembly(await synthesize({ stage, bundle: false }));
    policies = readPolicies(assembly);
    authorize = makeAuthorizer(policies);
    // The stages differ in the names of their stacks, and a bucket's name has no capitals.
    calls = [...recorded].map(([text]) => JSON.parse(text.replaceAll(/(expunge)-dev-/gi, `$1-${stage}-`)));
  });

  it('allow every call that was made, and there is one of every function', async () => {
    const denied = [];
    for (const call of calls) if (!(await authorize(call.roleArn, call))) denied.push(call);
    expect(denied).toEqual([]);
    const idle = readFunctions(assembly, {}).filter(({ folder }) => !calls.some(({ caller }) => caller === folder));
    expect(idle.map(({ folder }) => folder)).toEqual(['expunge/unknown-route']);
  });

  it('allow nothing that no call needs, but for the exceptions, each of which is one', async () => {
    const [used, unused]: [Permission[], Permission[]] = [[], []];
    for (const permission of permissionsOf(policies)) {
      const needed = (await callsAllowedBy(policies, permission, calls)).length > 0;
      (needed ? used : unused).push(permission);
    }
    const isExcepted =
      ({ roleArn, action, resource }: Permission) =>
      (exception: (typeof exceptions)[number]) =>
        exception.actions.includes(action) &&
        (exception.of?.test(ownerOf(roleArn)) ?? true) &&
        (exception.on?.test(resource) ?? true);
    const unexplained = unused.filter((permission) => !exceptions.some(isExcepted(permission)));
    expect(unexplained.map(({ roleArn, ...rest }) => ({ of: ownerOf(roleArn), ...rest }))).toEqual([]);
    const idle = exceptions.filter((exception) => !unused.some((permission) => isExcepted(permission)(exception)));
    expect(idle).toEqual([]);
    const wrong = used.filter((permission) => exceptions.some(isExcepted(permission)));
    expect(wrong).toEqual([]);
  });

  it('name no attribute that nobody writes', async () => {
    const idle = new Map<string, Set<string>>();
    for (const permission of permissionsOf(policies)) {
      const { action, attributes } = permission;
      if (!attributes) continue;
      const list = `${action} ${attributes.join()}`;
      const left = idle.get(list) ?? new Set(attributes);
      idle.set(list, left);
      for (const { context } of await callsAllowedBy(policies, permission, calls))
        for (const named of context['dynamodb:Attributes'] ?? []) left.delete(named);
    }
    expect([...idle].filter(([, left]) => left.size > 0)).toEqual([]);
  });

  it('fit into what a role can hold: 10,240 characters', () => {
    const sizes = [...policies.ofRoles.values()].map((each) => JSON.stringify(each.map(({ policy }) => policy)).length);
    expect(Math.max(...sizes)).toBeLessThan(10_240);
  });

  it('have a wildcard only where a name is made at run time: of an object, a log stream, an execution, and for X-Ray, which knows no names', () => {
    const names = permissionsOf(policies).map(({ action, resource }) => `${action.split(':')[0]} ${resource}`);
    const wild = names.filter((name) => name.includes('*')).map((name) => name.replace(/ .*?([^:/]*[:/]\*)$/, ' $1'));
    const kinds = new Set(wild.map((name) => name.replace(/Expunge-[\w-]+/, 'one')));
    expect([...kinds].toSorted()).toEqual(['logs one:*', 's3 files/*', 's3 staging/*', 'states one:*', 'xray *']);
  });

  describe('allow nobody', () => {
    const table = () =>
      assembly
        .resources('AWS::DynamoDB::GlobalTable')
        .find(({ name }) => name.includes('Conversations'))!
        .arn();
    const item = (action: string, key: string, attributes: string[] = []) => ({
      action: `dynamodb:${action}`,
      resource: table(),
      context: { 'dynamodb:LeadingKeys': [key], 'dynamodb:Attributes': ['pk', 'sk', ...attributes] },
    });
    const inConversation = 'T#acme#C#augno:cv_1';

    it.each(['Scan', 'DeleteTable', 'DeleteItem', 'PartiQLSelect', 'ExportTableToPointInTime', 'UpdateTable'])(
      'dynamodb:%s on the conversations',
      async (action) => {
        for (const roleArn of policies.ofRoles.keys())
          expect(await authorize(roleArn, { action: `dynamodb:${action}`, resource: table(), context: {} })).toBe(
            false,
          );
      },
    );

    it.each<[string, string, string, string[]]>([
      ['expunge/get-conversation', 'PutItem', inConversation, []],
      ['expunge/get-conversation', 'UpdateItem', inConversation, []],
      ['expunge/get-redaction', 'Query', inConversation, []],
      ['expunge/create-attachment', 'PutItem', inConversation, []],
      ['expunge/set-legal-hold', 'UpdateItem', inConversation, ['nextSequence']],
      ['erasure/plan', 'GetItem', 'K#0123', []],
      ['erasure/erase-chunk', 'GetItem', 'T#acme', []],
      ['erasure/erase-chunk', 'BatchWriteItem', inConversation, ['content', 'version']],
      ['erasure/erase-chunk', 'PutItem', inConversation, ['erasedAt']],
      ['erasure/erase-chunk', 'UpdateItem', inConversation, ['heldSince']],
      ['erasure/erase-chunk', 'UpdateItem', inConversation, ['structure']],
      ['erasure/settle', 'UpdateItem', inConversation, ['content']],
      ['erasure/record-failure', 'GetItem', inConversation, []],
      ['erasure/resume', 'PutItem', inConversation, ['content', 'version']],
      ['intercom/redact', 'PutItem', inConversation, ['content', 'version']],
      ['intercom/redact', 'UpdateItem', inConversation, ['content']],
      ['zendesk/redact-chat', 'BatchWriteItem', inConversation, ['erasedAt', 'redactionId']],
      ['expunge/import-conversation', 'PutItem', 'K#0123', []],
    ])('in %s: %s of %s, naming %j', async (folder, action, key, attributes) => {
      expect(await authorize(roleOf(folder), item(action, key, attributes))).toBe(false);
    });

    it.each([
      ['erasure/record-failure', ['failures']],
      ['erasure/erase-chunk', ['finished']],
      ['erasure/plan', ['startedAt']],
      ['erasure/settle', ['verified']],
      ['expunge/set-legal-hold', ['heldSince']],
    ])('in %s: to be given the item that it changes', async (folder, attributes) => {
      const call = item('UpdateItem', inConversation, attributes);
      const asking = (ReturnValues: string) => ({
        ...call,
        context: { ...call.context, 'dynamodb:ReturnValues': ReturnValues },
      });
      const role = roleOf(folder);
      for (const allowed of [call, asking('NONE')]) expect(await authorize(role, allowed)).toBe(true);
      for (const each of ['ALL_NEW', 'ALL_OLD', 'UPDATED_OLD']) expect(await authorize(role, asking(each))).toBe(false);
    });

    it('the records of another route', async () => {
      const records = assembly
        .resources('AWS::DynamoDB::GlobalTable')
        .find(({ name }) => name.includes('Idempotency'))!;
      const recordOf = (route: string) => ({ ...item('GetItem', `${route}#0123`), resource: records.arn() });
      const role = roleOf('expunge/append-parts');
      expect(await authorize(role, recordOf('expunge/append-parts'))).toBe(true);
      expect(await authorize(role, recordOf('expunge/redact-conversation'))).toBe(false);
    });

    it('the key by itself', async () => {
      const [key] = assembly.resources('AWS::KMS::Key');
      const decrypt = { action: 'kms:Decrypt', resource: key!.arn(), context: {} };
      for (const roleArn of policies.ofRoles.keys()) expect(await authorize(roleArn, decrypt)).toBe(false);
    });
  });
});
