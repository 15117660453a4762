import {
  ExecutionAbortedError,
  ExecutionError,
  ExecutionTimeoutError,
  type StateMachine,
} from 'aws-local-stepfunctions';
import type { LocalStateMachine } from './state-machines.ts';

/** Invokes a function by its ARN, both event and result as JSON text; fails with an error named as Lambda names it. */
export type InvokeFunction = (functionArn: string, payload: string) => Promise<string>;

/** Hears everything that an execution's history on AWS would hold, as JSON text. */
export type OnPayload = (text: string) => void;

/** How an execution ended. */
export type Outcome =
  | { status: 'SUCCEEDED'; output: string }
  | { status: 'FAILED'; error: string; cause: string }
  | { status: 'TIMED_OUT' | 'ABORTED' };

/** One run of a state machine. */
export type RunningExecution = {
  outcome: Promise<Outcome>;
  /** Ends it; what its functions still do is not waited for, and none is invoked again. */
  abort(): void;
};

type Json = Awaited<ReturnType<StateMachine['run']>['result']>;
type Events = ReturnType<StateMachine['run']>['eventLogs'];
type Event = Events extends AsyncGenerator<infer Each> ? Each : never;

/** The bytes that an input or output may have. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
export const maxPayloadBytes = 262_144;

/** An error as Step Functions sees it in `ErrorEquals` and hands it on as `Error` and `Cause`. */
class TaskError extends Error {
  constructor(error: unknown) {
    const { name: errorType, message: errorMessage } = error instanceof Error ? error : new Error(String(error));
    super(JSON.stringify({ errorType, errorMessage }));
    this.name = errorType;
  }
}

// The interpreter wraps what ended an execution.
const readFailure = (failure: unknown): Outcome => {
  if (failure instanceof ExecutionAbortedError) return { status: 'ABORTED' };
  if (failure instanceof ExecutionTimeoutError) return { status: 'TIMED_OUT' };
  const { name: error, message: cause } =
    failure instanceof ExecutionError && failure.cause instanceof Error ? failure.cause : (failure as Error);
  return { status: 'FAILED', error, cause };
};

const hearAll = async (events: AsyncIterable<Event>, hear: (event: Event) => void) => {
  for await (const event of events) hear(event);
};

export type RunOptions = {
  machine: LocalStateMachine;
  input: string;
  /** What `$$` leads to. */
  context: Record<string, object>;
  invoke: InvokeFunction;
  onPayload: OnPayload;
  /** In place of the waits that the definition states. */
  retryAfterMs?: number | undefined;
};

/** Runs a state machine to its end. */
export const runExecution = ({
  machine,
  input,
  context,
  invoke,
  onPayload,
  retryAfterMs,
}: RunOptions): RunningExecution => {
  const ended = new AbortController();

  // On AWS too this ends the execution, whatever it retries or catches.
  let exceeded: Outcome | undefined;
  const limit = (bytes: number, what: string) => {
    if (bytes <= maxPayloadBytes) return;
    const cause = `The ${what} has a size exceeding the maximum number of bytes service limit.`;
    exceeded ??= { status: 'FAILED', error: 'States.DataLimitExceeded', cause };
    ended.abort();
  };
  const hear = (value: unknown, what: string) => {
    const text = JSON.stringify(value);
    if (!ended.signal.aborted) onPayload(text);
    limit(Buffer.byteLength(text), what);
    return text;
  };

  const runTask = async (state: string, functionArn: string, taskInput: Json) => {
    const payload = hear(taskInput, `input of the task ${state}`);
    // What has ended still unwinds: a Map starts its other items, a Retry tries again.
    if (ended.signal.aborted) throw new Error('The execution has ended');
    const invocation = invoke(functionArn, payload).catch((error: unknown) => {
      throw new TaskError(error);
    });
    const result: Json = JSON.parse(await invocation);
    hear(result, `output of the task ${state}`);
    return result;
  };

  // What a Map collects counts on AWS even if its ResultPath drops it; the interpreter tells it item by item.
  const mapBytes = new Map<string, number>();
  const hearEvent = (event: Event) => {
    if (event.type === 'StateEntered') {
      mapBytes.delete(event.state.name);
      hear(event.state.input, `input of the state ${event.state.name}`);
    } else if (event.type === 'StateExited') {
      hear(event.state.output, `output of the state ${event.state.name}`);
    } else if (event.type === 'StateFailed') {
      onPayload(JSON.stringify({ error: event.Error, cause: event.Cause }));
    } else if (event.type === 'MapIterationSucceeded' && 'output' in event) {
      const { name } = event.parentState;
      const bytes = (mapBytes.get(name) ?? 1) + Buffer.byteLength(JSON.stringify(event.output)) + 1;
      mapBytes.set(name, bytes);
      // Of a Map inside a Map the events do not tell which one.
      if (machine.topLevel.has(name)) limit(bytes, `result of the state ${name}`);
    }
  };

  const run = async (): Promise<Outcome> => {
    const running = machine.interpreter.run(JSON.parse(input), {
      context,
      overrides: {
        taskResourceLocalHandlers: Object.fromEntries(
          [...machine.taskArns].map(([state, arn]) => [state, (taskInput) => runTask(state, arn, taskInput)]),
        ),
        ...(retryAfterMs !== undefined && {
          retryIntervalOverrides: Object.fromEntries([...machine.taskArns].map(([state]) => [state, retryAfterMs])),
        }),
      },
    });
    ended.signal.addEventListener('abort', running.abort);
    if (ended.signal.aborted) running.abort();
    const heard = hearAll(running.eventLogs, hearEvent);
    const [settled] = await Promise.allSettled([running.result, heard]);
    ended.abort();
    if (exceeded) return exceeded;
    return settled.status === 'fulfilled'
      ? { status: 'SUCCEEDED', output: JSON.stringify(settled.value) }
      : readFailure(settled.reason);
  };

  return { outcome: run(), abort: () => ended.abort() };
};
