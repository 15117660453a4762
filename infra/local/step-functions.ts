import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import type { InvokeFunction, OnPayload } from './execution.ts';
import { makeExecutions, RequestRefused } from './executions.ts';
import { readStateMachines } from './state-machines.ts';
import type { Assembly } from './template.ts';
import { listenHere } from './loopback.ts';

/** Step Functions on this machine, reachable from this machine only. */
export type LocalStepFunctions = {
  /** For `AWS_ENDPOINT_URL_SFN`. */
  endpoint: string;
  /** Takes no more requests and aborts what runs; after it no function is invoked. */
  stop(): Promise<void>;
};

export type StepFunctionsOptions = {
  assembly: Assembly;
  invoke: InvokeFunction;
  onPayload?: OnPayload | undefined;
  /** How long a retry waits, in place of what the definition says: a test has no time for it. */
  retryAfterMs?: number;
};

const startRequest = z.object({
  stateMachineArn: z.string(),
  name: z.string().optional(),
  input: z.string().default('{}'),
});
const describeRequest = z.object({ executionArn: z.string() });

// The protocol's timestamps are epoch seconds.
const seconds = (date: Date) => date.getTime() / 1000;

const readJson = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new RequestRefused('SerializationException', String(cause));
  }
};

const refusalOf = (error: unknown): RequestRefused => {
  if (error instanceof RequestRefused) return error;
  return new RequestRefused(error instanceof z.ZodError ? 'ValidationException' : 'InternalFailure', String(error));
};

/** Serves the template's state machines over the AWS JSON 1.0 protocol, StartExecution and DescribeExecution of it. */
export const startStepFunctions = async ({
  assembly,
  invoke,
  onPayload = () => {},
  retryAfterMs,
}: StepFunctionsOptions): Promise<LocalStepFunctions> => {
  const executions = makeExecutions(readStateMachines(assembly), { invoke, onPayload, retryAfterMs });

  const operations: Record<string, (request: unknown) => object> = {
    'AWSStepFunctions.StartExecution': (request) => {
      const { executionArn, startDate } = executions.start(startRequest.parse(request));
      return { executionArn, startDate: seconds(startDate) };
    },
    'AWSStepFunctions.DescribeExecution': (request) => {
      const description = executions.describe(describeRequest.parse(request).executionArn);
      return {
        ...description,
        startDate: seconds(description.startDate),
        ...('stopDate' in description && { stopDate: seconds(description.stopDate) }),
      };
    },
  };

  const answer = (target: string, body: string): { status: number; body: object } => {
    try {
      const operation = operations[target];
      if (!operation) throw new RequestRefused('UnknownOperationException', `No rule for ${target}`);
      return { status: 200, body: operation(readJson(body)) };
    } catch (error) {
      const { name, message } = refusalOf(error);
      return { status: name === 'InternalFailure' ? 500 : 400, body: { __type: name, message } };
    }
  };

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const { status, body } = answer(String(request.headers['x-amz-target']), await text(request));
      const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': randomUUID() };
      response.writeHead(status, headers).end(JSON.stringify(body));
    } catch {
      // The client went away.
    }
  };

  const server = createServer((request, response) => void serve(request, response));
  // The SDK reuses connections; one that the server closed in that moment would fail a request.
  server.keepAliveTimeout = 0;
  const { endpoint, stop } = await listenHere(server);

  return {
    endpoint,
    stop: async () => {
      await stop();
      await executions.stop();
    },
  };
};
