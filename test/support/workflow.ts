import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import type { Context } from 'aws-lambda';
import { handler as eraseChunk } from '../../functions/erasure/erase-chunk/handler.ts';
import { handler as plan } from '../../functions/erasure/plan/handler.ts';
import { handler as recordFailure } from '../../functions/erasure/record-failure/handler.ts';
import { handler as settle } from '../../functions/erasure/settle/handler.ts';
import { readFunctions } from '../../infra/local/function-definition.ts';
import { localAws } from '../../infra/local/local-aws.ts';
import { startStepFunctions } from '../../infra/local/step-functions.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { loadAssembly } from '../../infra/local/template.ts';
import { requireEnv } from '../../shared/env.ts';
import { contextOf } from './call.ts';

type Task = (event: unknown, context: Context) => Promise<unknown>;

const tasks: Record<string, Task> = {
  'erasure/plan': plan,
  'erasure/erase-chunk': eraseChunk,
  'erasure/settle': settle,
  'erasure/record-failure': recordFailure,
};

/** Goes around each task of an execution: an error that it throws is the task's. */
export type AroundTask = (folder: string, run: () => Promise<unknown>, payload: string) => Promise<unknown>;

/**
 * Runs the template's state machine, with the real tasks in this process, for the rest of the test file. To be called
 * before the first redaction: the SDK looks up its endpoint once.
 */
export const startWorkflow = async () => {
  const assembly = loadAssembly(await synthesize({ bundle: false }));
  const folders = new Map(readFunctions(assembly, {}).map(({ arn, folder }) => [arn, folder]));
  const payloads: string[] = [];
  const invoked: string[] = [];
  let around: AroundTask = (_, run) => run();

  const invoke = async (arn: string, payload: string): Promise<string> => {
    const folder = folders.get(arn)!;
    invoked.push(folder);
    const result = await around(folder, () => tasks[folder]!(JSON.parse(payload), contextOf()), payload);
    return JSON.stringify(result ?? null);
  };
  const server = await startStepFunctions({
    assembly,
    invoke,
    onPayload: (text) => payloads.push(text),
    retryAfterMs: 1,
  });
  process.env['AWS_ENDPOINT_URL_SFN'] = server.endpoint;

  const client = new SFNClient({ ...localAws, endpoint: server.endpoint });
  const arnOf = (name: string) => `${requireEnv('STATE_MACHINE_ARN').replace(':stateMachine:', ':execution:')}:${name}`;
  const describe = (name: string) => client.send(new DescribeExecutionCommand({ executionArn: arnOf(name) }));

  return {
    /** All inputs and outputs of executions, states and tasks, and their errors. */
    payloads,
    /** The folders of the tasks, in the order in which they were invoked. */
    invoked,
    /** From now on every task goes through this. */
    intercept: (next: AroundTask = (_, run) => run()) => {
      around = next;
    },
    /** Waits for the execution of that name to end. */
    ended: async (name: string) => {
      for (let waited = 0; waited < 60_000; waited += 5) {
        const description = await describe(name);
        if (description.status !== 'RUNNING') return description;
        await sleep(5);
      }
      throw new Error(`The execution ${name} does not end`);
    },
    stop: async () => {
      client.destroy();
      await server.stop();
    },
  };
};
