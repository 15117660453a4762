import { randomUUID } from 'node:crypto';
import { maxPayloadBytes, type Outcome, runExecution, type RunningExecution, type RunOptions } from './execution.ts';
import type { LocalStateMachine } from './state-machines.ts';

/** A request that Step Functions refuses, under the name of the SDK's exception. */
export class RequestRefused extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** What StartExecution takes; the input is JSON text. */
export type StartRequest = { stateMachineArn: string; name: string; input: string };

type Ended = Outcome & { stopDate: Date };

/** What DescribeExecution tells. */
export type ExecutionDescription = StartRequest & { executionArn: string; startDate: Date } & (
    | { status: 'RUNNING' }
    | Ended
  );

/** All executions of this machine, since it started. */
export type Executions = {
  /** Starts one, or gives the one that runs under this name with this input. */
  start(request: Omit<StartRequest, 'name'> & { name?: string | undefined }): ExecutionDescription;
  describe(executionArn: string): ExecutionDescription;
  /** Aborts those that run; after it no function is invoked. */
  stop(): Promise<void>;
};

// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
const validName = /^[^\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]{1,80}$/u;

const isJson = (text: string) => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

const check = ({ name, input }: StartRequest) => {
  if (!validName.test(name)) throw new RequestRefused('InvalidName', `Invalid Name: '${name}'`);
  if (Buffer.byteLength(input) > maxPayloadBytes) {
    throw new RequestRefused('ValidationException', `The input must have ${maxPayloadBytes} bytes or less`);
  }
  if (!isJson(input)) throw new RequestRefused('InvalidExecutionInput', 'Invalid State Machine Execution Input');
};

/** Keeps the executions of state machines as Step Functions keeps those of Standard workflows: a name is used once. */
export const makeExecutions = (
  machines: readonly LocalStateMachine[],
  options: Pick<RunOptions, 'invoke' | 'onPayload' | 'retryAfterMs'>,
): Executions => {
  const descriptions = new Map<string, ExecutionDescription>();
  const running = new Map<string, RunningExecution>();

  const run = async (machine: LocalStateMachine, started: ExecutionDescription) => {
    const { executionArn, name, input } = started;
    const context = {
      Execution: { Id: executionArn, Name: name },
      StateMachine: { Id: machine.arn, Name: machine.name },
    };
    const execution = runExecution({ machine, input, context, ...options });
    running.set(executionArn, execution);
    const outcome = await execution.outcome;
    running.delete(executionArn);
    descriptions.set(executionArn, { ...started, ...outcome, stopDate: new Date() });
  };

  return {
    start: ({ stateMachineArn, name = randomUUID(), input }) => {
      const request = { stateMachineArn, name, input };
      check(request);
      const machine = machines.find(({ arn }) => arn === stateMachineArn);
      if (!machine) {
        throw new RequestRefused('StateMachineDoesNotExist', `State Machine Does Not Exist: '${stateMachineArn}'`);
      }
      const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
      const existing = descriptions.get(executionArn);
      if (existing?.status === 'RUNNING' && existing.input === input) return existing;
      if (existing) {
        throw new RequestRefused('ExecutionAlreadyExists', `Execution Already Exists: '${executionArn}'`);
      }
      const started: ExecutionDescription = { ...request, executionArn, status: 'RUNNING', startDate: new Date() };
      descriptions.set(executionArn, started);
      void run(machine, started);
      return started;
    },

    describe: (executionArn) => {
      const description = descriptions.get(executionArn);
      if (description) return description;
      throw new RequestRefused('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
    },

    stop: async () => {
      const executions = [...running.values()];
      for (const execution of executions) execution.abort();
      await Promise.all(executions.map(({ outcome }) => outcome));
    },
  };
};
