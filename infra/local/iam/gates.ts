import * as z from 'zod';
import type { FunctionDefinition } from '../function-definition.ts';
import { localAws } from '../local-aws.ts';
import type { Assembly } from '../template.ts';
import type { Authorizer, Call } from './authorizer.ts';
import { makeDynamoDBCalls } from './dynamodb-calls.ts';
import { type Gate, type GateOptions, type GateRequest, type Refusal, startGate } from './gate.ts';
import { keyCalls } from './key-calls.ts';
import { listingOf, s3Calls } from './s3-calls.ts';

/** What somebody did or was not let do: a function, by its folder, or a state machine or schedule, by its name. */
export type RecordedCall = Call & { caller: string; roleArn: string; allowed: boolean };

/** Hears of every call that a role was asked about. */
export type OnCall = (call: RecordedCall) => void;

export type GatesOptions = {
  assembly: Assembly;
  /** Each signs with its name as access key. */
  functions: readonly Pick<FunctionDefinition, 'name' | 'folder' | 'roleArn'>[];
  authorize: Authorizer;
  onCall?: OnCall | undefined;
  /** The services behind the gates. */
  services: { dynamodb: string; s3: string; stepFunctions: string };
};

/** Doors before the services that open to each function as its role says. */
export type Gates = { endpoints: Record<string, string>; stop(): Promise<void> };

const encryptedTable = z.object({
  Replicas: z.array(z.object({ SSESpecification: z.object({ KMSMasterKeyId: z.string() }).optional() })).default([]),
});

const json = (message: string): Refusal => ({
  status: 400,
  contentType: 'application/x-amz-json-1.0',
  body: JSON.stringify({ __type: 'com.amazon.coral.service#AccessDeniedException', Message: message, message }),
});
const xml = (message: string): Refusal => ({
  status: 403,
  contentType: 'application/xml',
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>AccessDenied</Code><Message>${message}</Message></Error>`,
});

const executionCallsOf = ({ message, body }: GateRequest): Call[] => {
  const action = String(message.headers['x-amz-target']).replace(/^AWSStepFunctions\./, '');
  const { stateMachineArn, executionArn } = JSON.parse(body.toString()) as Record<string, string | undefined>;
  return [{ action: `states:${action}`, resource: stateMachineArn ?? executionArn ?? '*', context: {} }];
};

/** Starts a gate before each service. */
export const startGates = async ({
  assembly,
  functions,
  authorize,
  onCall,
  services,
}: GatesOptions): Promise<Gates> => {
  const callers = new Map(functions.map((each) => [each.name, each]));
  const dynamodbCalls = makeDynamoDBCalls(assembly);
  // One key encrypts all that functions ask for (infra/stacks/data-stack.ts).
  const keyArn = assembly
    .resources('AWS::DynamoDB::GlobalTable')
    .flatMap((table) => table.properties(encryptedTable).Replicas)
    .find(({ SSESpecification }) => SSESpecification)?.SSESpecification?.KMSMasterKeyId;

  const judge = async (accessKeyId: string, calls: Call[]): Promise<string | undefined> => {
    const caller = callers.get(accessKeyId);
    if (!caller) return `No function signs as "${accessKeyId}"`;
    const { folder, name, roleArn } = caller;
    for (const call of calls.flatMap((each) => [each, ...keyCalls(keyArn, each)])) {
      const allowed = await authorize(roleArn, call);
      onCall?.({ caller: folder, roleArn, ...call, allowed });
      const session = `arn:aws:sts::${localAws.account}:assumed-role/${roleArn.split('/')[1]}/${name}`;
      if (!allowed)
        return `User: ${session} is not authorized to perform: ${call.action} on resource: ${call.resource}`;
    }
    return undefined;
  };

  /** Refuses the first of the calls that the caller's role does not allow, or one that it implies; and what nobody can judge. */
  const refuseWith =
    (worded: (message: string) => Refusal, callsOf: (request: GateRequest) => Call[]) =>
    async (request: GateRequest): Promise<Refusal | undefined> => {
      try {
        const message = await judge(request.accessKeyId, callsOf(request));
        return message === undefined ? undefined : worded(message);
      } catch (error) {
        return worded(String(error));
      }
    };

  // Who may not list is not told that an object is missing.
  const refuseToTell = refuseWith(xml, ({ message }) => [listingOf(message.url ?? '')]);
  const options: Record<string, GateOptions> = {
    AWS_ENDPOINT_URL_DYNAMODB: {
      target: services.dynamodb,
      refuse: refuseWith(json, ({ message, body }) =>
        dynamodbCalls(String(message.headers['x-amz-target']), body.toString()),
      ),
    },
    AWS_ENDPOINT_URL_SFN: { target: services.stepFunctions, refuse: refuseWith(json, executionCallsOf) },
    AWS_ENDPOINT_URL_S3: {
      target: services.s3,
      refuse: refuseWith(xml, ({ message: { method = '', url = '', headers }, body }) =>
        s3Calls({ method, url, headers, body: method === 'POST' ? body.toString() : '' }),
      ),
      refuseAnswer: async (request, status) => (status === 404 ? refuseToTell(request) : undefined),
    },
  };

  const gates: [string, Gate][] = await Promise.all(
    Object.entries(options).map(async ([name, each]): Promise<[string, Gate]> => [name, await startGate(each)]),
  );
  return {
    endpoints: Object.fromEntries(gates.map(([name, { endpoint }]) => [name, endpoint])),
    stop: async () => {
      await Promise.all(gates.map(([, gate]) => gate.stop()));
    },
  };
};
