import { join } from 'node:path';
import { createBuckets } from './buckets.ts';
import { readCors } from './cors.ts';
import { startDynamoDB } from './dynamodb.ts';
import type { OnPayload } from './execution.ts';
import { readFunctions } from './function-definition.ts';
import { type OnLog, startFunction } from './functions.ts';
import { type OnRequest, type Pages, startGateway } from './gateway.ts';
import { makeAuthorizer } from './iam/authorizer.ts';
import { type OnCall, startGates } from './iam/gates.ts';
import { checkInvokers } from './iam/invokers.ts';
import { readPolicies } from './iam/policies.ts';
import { localAws } from './local-aws.ts';
import { readRoutes } from './routes.ts';
import { startS3 } from './s3.ts';
import { startSchedules } from './schedules.ts';
import { startStepFunctions } from './step-functions.ts';
import { createTables } from './tables.ts';
import { loadAssembly } from './template.ts';

export type CloudOptions = {
  /** Where `synthesize` put the assembly, bundles included. */
  assemblyDir: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Keeps the tables and the files in a folder instead of in memory. */
  dataDir?: string;
  /** A DynamoDB that runs already, in place of the embedded one. */
  dynamodbEndpoint?: string;
  schedules?: boolean;
  onLog?: OnLog;
  onRequest?: OnRequest;
  onPayload?: OnPayload;
  onCall?: OnCall;
  pages?: Pages;
};

/** The deployed app, on this machine. */
export type Cloud = {
  url: string;
  region: string;
  /** For whoever operates it: what is asked of these needs no permission. */
  dynamodbEndpoint: string;
  stepFunctionsEndpoint: string;
  s3Endpoint: string;
  tableName: string;
  tableId: string;
  idempotencyTableName: string;
  bucketName: string;
  /** Invokes the function of a folder under functions/ and gives its result; a `FunctionError` if there is none. */
  invoke(folder: string, event: unknown): Promise<unknown>;
  stop(): Promise<void>;
};

/** Runs a synthesized app on this machine: its tables and buckets, its functions as they are deployed, its HTTP API and its schedules. */
export const startCloud = async (options: CloudOptions): Promise<Cloud> => {
  const { assemblyDir, port = 0, schedules = true, onLog = () => {}, onRequest } = options;
  const synthesized = loadAssembly(assemblyDir);
  const authorize = makeAuthorizer(readPolicies(synthesized));
  await checkInvokers(synthesized, authorize, options.onCall);
  const dynamodb = options.dynamodbEndpoint
    ? { endpoint: options.dynamodbEndpoint, stop: async () => {} }
    : await startDynamoDB(options.dataDir);
  // Functions are told the id of their table, which nobody knows before it is made.
  const assembly = loadAssembly(assemblyDir, await createTables(synthesized, dynamodb.endpoint));
  const s3 = await startS3(options.dataDir && join(options.dataDir, 'objects'));
  await createBuckets(assembly, s3.endpoint);

  // Functions find Step Functions by its endpoint, so it starts before them.
  const stepFunctions = await startStepFunctions({
    assembly,
    invoke: (arn, payload) => functionOf('arn', arn).invoke(payload),
    onPayload: options.onPayload,
  });
  const gates = await startGates({
    assembly,
    functions: readFunctions(assembly, {}),
    authorize,
    onCall: options.onCall,
    services: { dynamodb: dynamodb.endpoint, s3: s3.endpoint, stepFunctions: stepFunctions.endpoint },
  });
  const functions = readFunctions(assembly, gates.endpoints).map((definition) => startFunction(definition, onLog));
  const functionOf = (key: 'arn' | 'folder', value: string) => {
    const found = functions.find((candidate) => candidate[key] === value);
    if (!found) throw new Error(`The template has no function ${value}`);
    return found;
  };
  const gateway = await startGateway({
    port,
    routes: readRoutes(assembly),
    functions,
    cors: readCors(assembly),
    onRequest,
    pages: options.pages,
  });
  const stopSchedules = schedules ? startSchedules(assembly, functions) : () => {};

  return {
    url: gateway.url,
    region: localAws.region,
    dynamodbEndpoint: dynamodb.endpoint,
    stepFunctionsEndpoint: stepFunctions.endpoint,
    s3Endpoint: s3.endpoint,
    tableName: assembly.output('TableName'),
    tableId: assembly.output('TableId'),
    idempotencyTableName: assembly.output('IdempotencyTableName'),
    bucketName: assembly.output('BucketName'),

    invoke: async (folder, event) => JSON.parse(await functionOf('folder', folder).invoke(JSON.stringify(event))),

    stop: async () => {
      stopSchedules();
      await gateway.stop();
      // Before the functions, or it would invoke a stopped one.
      await stepFunctions.stop();
      await Promise.all(functions.map((target) => target.stop()));
      await gates.stop();
      await Promise.all([dynamodb.stop(), s3.stop()]);
    },
  };
};
