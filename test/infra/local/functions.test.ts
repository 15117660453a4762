import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFunctions } from '../../../infra/local/function-definition.ts';
import { type LocalFunction, startFunction } from '../../../infra/local/functions.ts';
import { loadAssembly } from '../../../infra/local/template.ts';
import { writeAssembly } from './fixture-assembly.ts';

// What one environment remembers shows which one answered.
const code = `
import { threadId } from 'node:worker_threads';
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
let invocations = 0;
export const handler = async (event, context) => {
  invocations += 1;
  switch (event.do) {
    case 'throw': throw Object.assign(new Error('no such thing'), { name: 'NoSuchThing' });
    case 'exit': process.exit(0);
    case 'crash': setTimeout(() => { throw new Error('out of band'); }); await sleep(60_000);
    case 'crash later': setTimeout(() => { throw new Error('too late'); }); break;
    case 'hang': for (;;);
    case 'exhaust': { const hoard = []; for (;;) hoard.push(new Array(1e5).fill({ ...hoard })); }
    case 'sleep': await sleep(event.ms); break;
    case 'answer': return 'x'.repeat(event.bytes - 2);
    case 'log': console.log('first\\nsecond'); console.error('third'); break;
    case 'nothing': return undefined;
  }
  return { threadId, invocations, env: process.env, remaining: context.getRemainingTimeInMillis(), arn: context.invokedFunctionArn };
};`;

describe('a local function', () => {
  const logged: string[] = [];
  let dir: string;
  let started: LocalFunction[];

  const invoke = async (event: object, folder = 'house/probe'): Promise<Record<string, unknown>> => {
    const target = started.find((candidate) => candidate.folder === folder);
    return JSON.parse((await target?.invoke(JSON.stringify(event))) ?? '') as Record<string, unknown>;
  };

  beforeAll(async () => {
    dir = await writeAssembly({
      'house/probe': { code },
      'house/hasty': { code, timeoutSeconds: 1 },
      'house/single': { code, reservedConcurrency: 1 },
      'house/broken': { code: 'nonsense(' },
      'house/handlerless': { code: 'export const other = 1;' },
    });
    const definitions = readFunctions(loadAssembly(dir), { AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1' });
    started = definitions.map((definition) =>
      startFunction(definition, (folder, line) => logged.push(`${folder} ${line}`)),
    );
  });

  afterAll(async () => {
    await Promise.all(started.map((target) => target.stop()));
    await rm(dir, { recursive: true });
  });

  it('sees the environment variables of the template, those of Lambda, and none of this machine', async () => {
    const { env } = await invoke({});
    expect(env).toEqual({
      TABLE_NAME: 'Fixture-Data-Conversations',
      AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:1',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'Fixture-Api-houseprobe',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_LAMBDA_FUNCTION_NAME: 'Fixture-Api-houseprobe',
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '256',
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    });
  });

  it('gets a context that counts down to its timeout', async () => {
    const { remaining, arn } = await invoke({ do: 'sleep', ms: 200 });
    expect(remaining).toBeGreaterThan(0);
    expect(remaining).toBeLessThanOrEqual(9_800);
    expect(arn).toBe('arn:aws:lambda:eu-west-1:000000000000:function:Fixture-Api-houseprobe');
  });

  it('uses a warm environment again', async () => {
    const first = await invoke({});
    const second = await invoke({});
    expect(second['threadId']).toBe(first['threadId']);
    expect(second['invocations']).toBe(Number(first['invocations']) + 1);
  });

  it('runs one invocation at a time in an environment', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => invoke({ do: 'sleep', ms: 100 })));
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBe(3);
  });

  it('runs no more at once than its reserved concurrency', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => invoke({ do: 'sleep', ms: 20 }, 'house/single')));
    expect(answers.map(({ invocations }) => invocations)).toEqual([1, 2, 3]);
  });

  it('answers null for a handler that returns nothing', async () => {
    expect(await invoke({ do: 'nothing' })).toBeNull();
  });

  it.each([
    ['throws', 'house/probe', { do: 'throw' }, 'NoSuchThing', 'no such thing'],
    ['exits', 'house/probe', { do: 'exit' }, 'Runtime.ExitError', 'Runtime exited without providing a reason'],
    ['crashes', 'house/probe', { do: 'crash' }, 'Error', 'out of band'],
    ['takes more than its memory', 'house/probe', { do: 'exhaust' }, 'Error', expect.stringContaining('memory limit')],
    ['never returns', 'house/hasty', { do: 'hang' }, 'Sandbox.Timedout', 'Task timed out after 1.00 seconds'],
  ])('answers an error when the handler %s, and the next invocation works', async (_, folder, event, name, message) => {
    await expect(invoke(event, folder)).rejects.toMatchObject({ name, message });
    expect(await invoke({}, folder)).toHaveProperty('threadId');
  });

  it('starts another environment when a warm one has crashed', async () => {
    const { threadId } = await invoke({ do: 'crash later' });
    await expect.poll(() => logged).toContain('house/probe Error: too late');
    expect(await invoke({})).not.toHaveProperty('threadId', threadId);
  });

  it('answers an error when its bundle cannot be loaded', async () => {
    await expect(invoke({}, 'house/broken')).rejects.toMatchObject({ name: 'SyntaxError' });
    await expect(invoke({}, 'house/handlerless')).rejects.toThrow('does not export handler');
  });

  it("refuses an event over Lambda's 6 MB, and an answer over it", async () => {
    const overhead = '{"pad":""}'.length;
    await expect(invoke({ pad: 'x'.repeat(6_291_457 - overhead) })).rejects.toThrow(
      'must be smaller than 6291456 bytes',
    );
    await expect(invoke({ pad: 'x'.repeat(6_291_456 - overhead) })).resolves.toHaveProperty('threadId');
    await expect(invoke({ do: 'answer', bytes: 6_291_557 })).rejects.toThrow('exceeded maximum allowed payload size');
    await expect(invoke({ do: 'answer', bytes: 6_291_556 })).resolves.toHaveLength(6_291_554);
  });

  it('starts nothing for an invocation that still waits when it stops', async () => {
    const [definition] = readFunctions(loadAssembly(dir), {}).filter(({ folder }) => folder === 'house/single');
    if (!definition) throw new Error('The template has no house/single');
    const target = startFunction(definition, () => {});
    const waiting = [1, 2].map(() => target.invoke('{"do":"sleep","ms":60000}'));
    const refused = expect(Promise.allSettled(waiting)).resolves.toMatchObject([
      { reason: { name: 'Runtime.ExitError' } },
      { reason: { message: 'The function has stopped' } },
    ]);
    await target.stop();
    await refused;
  });

  it('hands over what it logs line by line, and what went wrong', async () => {
    logged.length = 0;
    await invoke({ do: 'log' });
    await expect(invoke({ do: 'throw' })).rejects.toThrow('no such thing');
    await expect(invoke({ do: 'exit' })).rejects.toThrow('Runtime exited');
    await expect
      .poll(() => logged)
      .toEqual(
        expect.arrayContaining([
          'house/probe first',
          'house/probe second',
          'house/probe third',
          expect.stringContaining('house/probe Invoke Error'),
          'house/probe Runtime.ExitError: Runtime exited without providing a reason',
        ]),
      );
  });
});
