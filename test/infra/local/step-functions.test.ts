import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandOutput,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidExecutionInput,
  InvalidName,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  ValidationException,
} from '@aws-sdk/client-sfn';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startCloud } from '../../../infra/local/cloud.ts';
import { runExecution } from '../../../infra/local/execution.ts';
import { localAws } from '../../../infra/local/local-aws.ts';
import { readStateMachines } from '../../../infra/local/state-machines.ts';
import { type LocalStepFunctions, startStepFunctions } from '../../../infra/local/step-functions.ts';
import { loadAssembly } from '../../../infra/local/template.ts';
import { writeAssembly } from './fixture-assembly.ts';

const stateMachineArn = 'arn:aws:states:eu-west-1:000000000000:stateMachine:Fixture-Api-Machine';
const executionArn = 'arn:aws:states:eu-west-1:000000000000:execution:Fixture-Api-Machine';

const limitBytes = 262_144;
const textOf = (bytes: number) => 'x'.repeat(bytes - 2);

const work = (fields: object = { End: true }) => ({ Type: 'Task', Resource: 'function:house/work', ...fields });
const machine = (States: Record<string, object>) => ({ StartAt: Object.keys(States)[0], States });
const distributed = (fields: object, states: Record<string, object> = { Item: work() }) => ({
  Type: 'Map',
  ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }, ...machine(states) },
  ...fields,
});

const fail = (name: string, message = 'failed') => {
  throw Object.assign(new Error(message), { name });
};

describe('local Step Functions', () => {
  const dirs: string[] = [];
  let events: unknown[];
  let payloads: string[];
  let stepFunctions: LocalStepFunctions;
  let client: SFNClient;

  const clientOf = (endpoint: string) =>
    new SFNClient({ endpoint, region: localAws.region, credentials: localAws.credentials });

  const assemble = async (definition: object) => {
    const dir = await writeAssembly({ 'house/work': { code: '' } }, { Machine: definition });
    dirs.push(dir);
    return loadAssembly(dir);
  };

  const arrange = async (definition: object, handle: (event: any) => unknown = (event) => event) => {
    stepFunctions = await startStepFunctions({
      assembly: await assemble(definition),
      invoke: async (arn, payload) => {
        expect(arn).toBe('arn:aws:lambda:eu-west-1:000000000000:function:Fixture-Api-housework');
        events.push(JSON.parse(payload));
        return JSON.stringify(await handle(JSON.parse(payload)));
      },
      onPayload: (text) => payloads.push(text),
    });
    client = clientOf(stepFunctions.endpoint);
  };

  const start = (input?: unknown, name?: string) =>
    client.send(
      new StartExecutionCommand({ stateMachineArn, name, input: input === undefined ? input : JSON.stringify(input) }),
    );

  const read = (arn: string | undefined) => client.send(new DescribeExecutionCommand({ executionArn: arn }));

  const finish = async (arn: string | undefined): Promise<DescribeExecutionCommandOutput> => {
    const description = await read(arn);
    if (description.status !== 'RUNNING') return description;
    await sleep(5);
    return finish(arn);
  };

  const run = async (input?: unknown) => {
    const { status, output, error, cause } = await finish((await start(input)).executionArn);
    return { status, ...(output && { output: JSON.parse(output) }), ...(error && { error, cause }) };
  };

  beforeEach(() => {
    events = [];
    payloads = [];
  });

  afterEach(async () => {
    client.destroy();
    await stepFunctions.stop();
    await Promise.all(dirs.splice(0).map((dir) => rm(dir, { recursive: true })));
  });

  describe('StartExecution and DescribeExecution', () => {
    it('tell of an execution that runs, then of its end', async () => {
      const { promise, resolve } = Promise.withResolvers<object>();
      await arrange(machine({ Work: work() }), () => promise);
      const before = Date.now();
      const started = await start({ id: 1 }, 'first');
      expect(started).toMatchObject({ executionArn: `${executionArn}:first`, startDate: expect.any(Date) });
      expect(Math.abs((started.startDate?.getTime() ?? 0) - before)).toBeLessThan(1000);

      const { $metadata, ...running } = await read(started.executionArn);
      expect($metadata.requestId).toEqual(expect.any(String));
      expect(running).toEqual({
        executionArn: started.executionArn,
        stateMachineArn,
        name: 'first',
        status: 'RUNNING',
        startDate: started.startDate,
        input: '{"id":1}',
      });
      resolve({ done: true });
      expect(await finish(started.executionArn)).toMatchObject({
        ...running,
        status: 'SUCCEEDED',
        stopDate: expect.any(Date),
        output: '{"done":true}',
      });
      expect(events).toEqual([{ id: 1 }]);
    });

    it('give the same execution for the same name and input while it runs, and refuse the name for anything else', async () => {
      const { promise, resolve } = Promise.withResolvers<object>();
      await arrange(machine({ Work: work() }), () => promise);
      const { executionArn: arn, startDate } = await start({ id: 1 }, 'once');
      expect(await start({ id: 1 }, 'once')).toMatchObject({ executionArn: arn, startDate });
      await expect(start({ id: 2 }, 'once')).rejects.toThrow(ExecutionAlreadyExists);
      resolve({});
      await finish(arn);
      await expect(start({ id: 1 }, 'once')).rejects.toThrow(ExecutionAlreadyExists);
      expect(events).toHaveLength(1);
    });

    it('take no name and no input', async () => {
      await arrange(machine({ Work: work() }));
      const { executionArn: arn } = await start();
      expect(arn).toMatch(/:[0-9a-f]{8}-[0-9a-f-]{27}$/);
      expect(await finish(arn)).toMatchObject({ input: '{}', output: '{}' });
    });

    it.each([
      ['an empty name', { name: '' }, InvalidName],
      ['a name of 81 characters', { name: 'n'.repeat(81) }, InvalidName],
      ['a name with a space', { name: 'a b' }, InvalidName],
      ['a name with a colon', { name: 'intercom:1' }, InvalidName],
      ['a name with a control character', { name: 'a\u0085' }, InvalidName],
      ['an input that is not JSON', { input: '{' }, InvalidExecutionInput],
      ['an input over 256 KB', { input: JSON.stringify(textOf(limitBytes + 1)) }, ValidationException],
      ['an unknown state machine', { stateMachineArn: `${stateMachineArn}2` }, StateMachineDoesNotExist],
    ])('refuse %s', async (_, request, exception) => {
      await arrange(machine({ Work: work() }));
      await expect(client.send(new StartExecutionCommand({ stateMachineArn, ...request }))).rejects.toThrow(exception);
      expect(events).toEqual([]);
    });

    it('refuse an unknown execution, an operation without a rule and a body that is none', async () => {
      await arrange(machine({ Work: work() }));
      await expect(read(`${executionArn}:none`)).rejects.toThrow(ExecutionDoesNotExist);
      const post = async (target: string, body: string) => {
        const headers = { 'x-amz-target': `AWSStepFunctions.${target}` };
        const response = await fetch(stepFunctions.endpoint, { method: 'POST', headers, body });
        return [response.status, await response.json()];
      };
      expect(await post('StopExecution', '{}')).toMatchObject([400, { __type: 'UnknownOperationException' }]);
      expect(await post('StartExecution', '{}')).toMatchObject([400, { __type: 'ValidationException' }]);
      expect(await post('StartExecution', '')).toMatchObject([400, { __type: 'SerializationException' }]);
    });

    it('take a name of 80 characters and an input of 256 KB', async () => {
      await arrange(machine({ Done: { Type: 'Succeed' } }));
      const { executionArn: arn } = await start(textOf(limitBytes), `é-_.()=+!@'${'n'.repeat(69)}`);
      expect(await finish(arn)).toMatchObject({ status: 'SUCCEEDED' });
    });
  });

  describe('a state machine', () => {
    it('knows its execution and itself by $$', async () => {
      const Parameters = {
        'id.$': '$$.Execution.Id',
        'name.$': '$$.Execution.Name',
        'machine.$': '$$.StateMachine.Id',
      };
      await arrange(machine({ Work: work({ Parameters, End: true }) }));
      await finish((await start({}, 'known')).executionArn);
      expect(events).toEqual([{ id: `${executionArn}:known`, name: 'known', machine: stateMachineArn }]);
    });

    it('retries an error by its name, and fails with the name and a cause as Lambda words it', async () => {
      const Retry = [{ ErrorEquals: ['Throttled'], IntervalSeconds: 1, MaxAttempts: 5, MaxDelaySeconds: 1 }];
      const names = ['Throttled', 'NoSuchThing'];
      await arrange(machine({ Work: work({ Retry, End: true }) }), () => fail(names.shift() ?? '', 'no such thing'));
      expect(await run()).toEqual({
        status: 'FAILED',
        error: 'NoSuchThing',
        cause: '{"errorType":"NoSuchThing","errorMessage":"no such thing"}',
      });
      expect(events).toHaveLength(2);
    });

    it('catches an error into $.failure', async () => {
      const Catch = [{ ErrorEquals: ['NoSuchThing'], ResultPath: '$.failure', Next: 'Caught' }];
      await arrange(machine({ Work: work({ Catch, End: true }), Caught: { Type: 'Pass', End: true } }), () =>
        fail('NoSuchThing'),
      );
      const failure = { Error: 'NoSuchThing', Cause: '{"errorType":"NoSuchThing","errorMessage":"failed"}' };
      expect(await run({ id: 1 })).toEqual({ status: 'SUCCEEDED', output: { id: 1, failure } });
    });

    it('loops by a Choice', async () => {
      await arrange(
        machine({
          Work: work({ ResultPath: '$.left', Next: 'Left' }),
          Left: {
            Type: 'Choice',
            Choices: [{ Variable: '$.left', NumericGreaterThan: 0, Next: 'Work' }],
            Default: 'Done',
          },
          Done: { Type: 'Succeed' },
        }),
        ({ left }) => left - 1,
      );
      expect(await run({ left: 3 })).toEqual({ status: 'SUCCEEDED', output: { left: 0 } });
      expect(events).toEqual([{ left: 3 }, { left: 2 }, { left: 1 }]);
    });

    it('fails by a Fail state, and times out', async () => {
      await arrange(machine({ Open: { Type: 'Fail', Error: 'LeftOpen', Cause: 'see the ledger' } }));
      expect(await run()).toEqual({ status: 'FAILED', error: 'LeftOpen', cause: 'see the ledger' });
      client.destroy();
      await stepFunctions.stop();
      await arrange({ ...machine({ Wait: { Type: 'Wait', Seconds: 60, End: true } }), TimeoutSeconds: 1 });
      expect(await run()).toEqual({ status: 'TIMED_OUT' });
    });

    it('that would not run here as on AWS stops the start', async () => {
      await arrange(machine({ Done: { Type: 'Succeed' } }));
      const startWith = async (definition: object) =>
        startStepFunctions({ assembly: await assemble(definition), invoke: async () => '' });
      const invoke = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', End: true };
      await expect(startWith(machine({ Invoke: invoke }))).rejects.toThrow(
        'The state Invoke of Fixture-Api-Machine runs arn:aws:states:::lambda:invoke, which is no function',
      );
      const batched = distributed({ ItemBatcher: { MaxItemsPerBatch: 5 }, End: true });
      await expect(startWith(machine({ Batched: batched }))).rejects.toThrow('"ItemBatcher"');
      await expect(startWith(machine({ Lost: work({ Next: 'Nowhere' }) }))).rejects.toThrow('Nowhere');
    });
  });

  describe('a Distributed Map', () => {
    const items = Array.from({ length: 400 }, (_, i) => i);

    it('selects items, runs so many at once and drops its result', async () => {
      let running = 0;
      let most = 0;
      const fields = {
        ItemsPath: '$.chunks',
        ItemSelector: { 'id.$': '$.id', 'chunk.$': '$$.Map.Item.Value' },
        MaxConcurrency: 8,
        ResultPath: null,
        End: true,
      };
      await arrange(machine({ Chunks: distributed(fields) }), async () => {
        running += 1;
        most = Math.max(most, running);
        await sleep(1);
        running -= 1;
        return {};
      });
      const input = { id: 'r1', chunks: items };
      expect(await run(input)).toEqual({ status: 'SUCCEEDED', output: input });
      expect(events).toEqual(items.map((chunk) => ({ id: 'r1', chunk })));
      expect(most).toBe(8);
    });

    it('runs what stands at any depth inside', async () => {
      const inner = { Type: 'Map', Iterator: machine({ Inner: work() }), End: true };
      const branches = { Type: 'Parallel', Branches: [machine({ Branch: work() })], End: true };
      await arrange(machine({ Outer: distributed({ Next: 'Both' }, { Each: inner }), Both: branches }), () => 'done');
      expect(await run([[1, 2], [3]])).toEqual({ status: 'SUCCEEDED', output: ['done'] });
      expect(events).toEqual([1, 2, 3, [['done', 'done'], ['done']]]);
    });

    it.each([
      ['a task', { Item: work() }],
      ['a Fail state', { Item: { Type: 'Fail', Error: 'PartLost' } }],
    ])('fails as on AWS when %s of an item fails, whatever with', async (_, states) => {
      const Catch = [
        { ErrorEquals: ['PartLost'], Next: 'Done' },
        { ErrorEquals: ['States.ExceedToleratedFailureThreshold'], ResultPath: '$.failure', Next: 'Done' },
      ];
      await arrange(
        machine({
          Chunks: distributed({ ItemsPath: '$.chunks', Catch, End: true }, states),
          Done: { Type: 'Succeed' },
        }),
        () => fail('PartLost'),
      );
      expect(await run({ chunks: [1] })).toMatchObject({
        output: { failure: { Error: 'States.ExceedToleratedFailureThreshold' } },
      });
    });

    it('retries and catches inside an item by the name', async () => {
      const Retry = [{ ErrorEquals: ['Throttled'], IntervalSeconds: 1, MaxAttempts: 1, JitterStrategy: 'FULL' }];
      const Catch = [{ ErrorEquals: ['PartLost'], Next: 'Lost' }];
      const states = { Item: work({ Retry, Catch, End: true }), Lost: { Type: 'Pass', Result: 'lost', End: true } };
      const names = ['Throttled', 'PartLost'];
      await arrange(machine({ Chunks: distributed({ End: true }, states) }), () => fail(names.shift() ?? ''));
      expect(await run([1])).toEqual({ status: 'SUCCEEDED', output: ['lost'] });
      expect(events).toEqual([1, 1]);
    });
  });

  describe('256 KB', () => {
    const Retry = [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1 }];
    const Catch = [{ ErrorEquals: ['States.ALL'], Next: 'Done' }];
    const Done = { Type: 'Succeed' };
    const tooMuch = {
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
      cause: expect.stringContaining('exceeding'),
    };

    it('may come of a task, and a byte more fails the execution, neither retried nor caught', async () => {
      const fields = { ResultPath: null, Retry, Catch, End: true };
      await arrange(machine({ Work: work(fields), Done }), ({ bytes }) => textOf(bytes));
      expect(await run({ bytes: limitBytes })).toMatchObject({ status: 'SUCCEEDED' });
      expect(await run({ bytes: limitBytes + 1 })).toEqual(tooMuch);
      expect(events).toHaveLength(2);
    });

    it('may go into a task, and more is not invoked', async () => {
      const Parameters = { 'once.$': '$', 'twice.$': '$' };
      await arrange(machine({ Work: work({ Parameters, Retry, Catch, End: true }), Done }), () => null);
      expect(await run(textOf(100_000))).toMatchObject({ status: 'SUCCEEDED' });
      expect(await run(textOf(200_000))).toEqual(tooMuch);
      expect(events).toHaveLength(1);
      expect(payloads.filter(({ length }) => length > limitBytes)).toHaveLength(1);
    });

    it('may be the output of any state', async () => {
      await arrange(
        machine({ Pass: { Type: 'Pass', Parameters: { 'once.$': '$', 'twice.$': '$' }, Next: 'Done' }, Done }),
      );
      expect(await run(textOf(200_000))).toEqual(tooMuch);
    });

    it('may be what a Map collects, even if it drops it', async () => {
      const fields = { ItemsPath: '$.chunks', ResultPath: null, Catch, Next: 'Done' };
      await arrange(machine({ Chunks: distributed(fields), Done }), () => textOf(1_000));
      expect(await run({ chunks: Array.from({ length: 261 }, () => 1) })).toMatchObject({ status: 'SUCCEEDED' });
      expect(await run({ chunks: Array.from({ length: 263 }, () => 1) })).toEqual(tooMuch);
    });
  });

  it('counts what a Map collects anew each time that a loop comes to it', async () => {
    const states = {
      Chunks: distributed({ ItemsPath: '$.chunks', ResultPath: null, Next: 'Work' }, { Item: work() }),
      Work: work({ ResultPath: '$.left', Next: 'Left' }),
      Left: { Type: 'Choice', Choices: [{ Variable: '$.left', NumericEquals: 0, Next: 'Done' }], Default: 'Chunks' },
      Done: { Type: 'Succeed' },
    };
    await arrange(machine(states), (event) => (event.left ? event.left - 1 : textOf(1_000)));
    const chunks = Array.from({ length: 200 }, () => 1);
    expect(await run({ left: 3, chunks })).toMatchObject({ status: 'SUCCEEDED', output: { left: 0 } });
  });

  it('hears every payload and every cause', async () => {
    const Catch = [{ ErrorEquals: ['States.ALL'], ResultPath: null, Next: 'After' }];
    await arrange(
      machine({
        Chunks: distributed({
          ItemsPath: '$.in',
          ItemSelector: { 'item.$': '$$.Map.Item.Value', selected: 'the selected' },
          ResultSelector: { selector: 'the selector' },
          ResultPath: '$.result',
          Next: 'Fails',
        }),
        Fails: work({ Parameters: { fails: 'the parameter' }, Catch, End: true }),
        After: { Type: 'Pass', Result: 'the end', End: true },
      }),
      ({ fails }) => (fails ? fail('Lost', 'the cause') : 'the result'),
    );
    await run({ in: ['the item'] });
    const heard = payloads.join('\n');
    const told = ['item', 'selected', 'selector', 'parameter', 'cause', 'result', 'end'];
    for (const word of told) expect(heard).toContain(`the ${word}`);
  });

  it('aborts what runs when it stops, and invokes nothing after', async () => {
    const invoked: (() => void)[] = [];
    await arrange(
      machine({ Chunks: distributed({ MaxConcurrency: 2, Retry: [{ ErrorEquals: ['States.ALL'] }], End: true }) }),
      () => new Promise((resolve) => invoked.push(() => resolve(1))),
    );
    await start([1, 2, 3, 4, 5]);
    await expect.poll(() => invoked).toHaveLength(2);
    await stepFunctions.stop();
    for (const answer of invoked) answer();
    await sleep(50);
    expect(events).toEqual([1, 2]);
    await expect(start([])).rejects.toThrow('ECONNREFUSED');
    await arrange(machine({ Done: { Type: 'Succeed' } }));
  });
});

describe('an execution', () => {
  afterEach(() => vi.useRealTimers());

  it('lets a task without a limit take as long as its function', async () => {
    const dir = await writeAssembly({ 'house/work': { code: '' } }, { Machine: machine({ Work: work() }) });
    const [read] = readStateMachines(loadAssembly(dir));
    await rm(dir, { recursive: true });
    if (!read) throw new Error('The template has no state machine');

    vi.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers<string>();
    const options = { machine: read, input: '{}', context: {}, onPayload: () => {} };
    const { outcome } = runExecution({ ...options, invoke: () => promise });
    await vi.advanceTimersByTimeAsync(900_000);
    resolve('1');
    expect(await outcome).toEqual({ status: 'SUCCEEDED', output: '1' });
  });
});

describe('Step Functions of the local cloud', () => {
  it('runs deployed functions, which find it by its endpoint', async () => {
    const code = `export const handler = ({ name }) => {
      if (name) throw Object.assign(new Error('thrown'), { name });
      return process.env.AWS_ENDPOINT_URL_SFN;
    };`;
    const Catch = [{ ErrorEquals: ['Thrown'], ResultPath: '$.failure', Next: 'Ask' }];
    const assemblyDir = await writeAssembly(
      { 'house/work': { code } },
      {
        Machine: machine({
          Throw: work({ Catch, End: true }),
          Ask: work({ Parameters: {}, ResultPath: '$.endpoint', End: true }),
        }),
      },
    );
    const payloads: string[] = [];
    const cloud = await startCloud({ assemblyDir, onPayload: (text) => payloads.push(text) });
    const client = new SFNClient({
      endpoint: cloud.stepFunctionsEndpoint,
      region: localAws.region,
      credentials: localAws.credentials,
    });
    const { executionArn: arn } = await client.send(
      new StartExecutionCommand({ stateMachineArn, input: '{"name":"Thrown"}' }),
    );
    const read = async () => (await client.send(new DescribeExecutionCommand({ executionArn: arn }))).output;
    await expect.poll(read, { timeout: 10_000 }).toBeDefined();
    expect(JSON.parse((await read()) ?? '')).toMatchObject({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      failure: { Error: 'Thrown', Cause: '{"errorType":"Thrown","errorMessage":"thrown"}' },
    });
    expect(payloads).toContain('{"name":"Thrown"}');
    client.destroy();
    await cloud.stop();
    await rm(assemblyDir, { recursive: true });
  });
});
