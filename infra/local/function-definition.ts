import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as z from 'zod';
import { localAws } from './local-aws.ts';
import type { Assembly, DeployedResource } from './template.ts';

/** A function as the template deploys it. */
export type FunctionDefinition = {
  name: string;
  arn: string;
  roleArn: string;
  /** Its folder under functions/, which the template carries as the description. */
  folder: string;
  moduleUrl: string;
  handlerName: string;
  memoryMb: number;
  timeoutMs: number;
  reservedConcurrency: number | undefined;
  variables: Record<string, string>;
};

// The defaults are Lambda's own.
const functionProperties = z.object({
  Description: z.string(),
  Handler: z.string(),
  Role: z.string(),
  MemorySize: z.number().default(128),
  Timeout: z.number().default(3),
  ReservedConcurrentExecutions: z.number().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
});

// Which file of the assembly holds the code; CDK says so when asked for asset metadata.
const assetMetadata = z.object({ 'aws:asset:path': z.string() });

/** The file that Lambda would load: it looks for an ES module first. */
const moduleAt = (path: string): string => (existsSync(`${path}.mjs`) ? `${path}.mjs` : `${path}.cjs`);

const define = (
  resource: DeployedResource,
  assemblyDir: string,
  endpoints: Record<string, string>,
): FunctionDefinition => {
  const { Description, Handler, Role, MemorySize, Timeout, ReservedConcurrentExecutions, Environment } =
    resource.properties(functionProperties);
  const [file = '', handlerName = ''] = Handler.split('.');
  const assetDir = assetMetadata.parse(resource.metadata)['aws:asset:path'];
  return {
    name: resource.name,
    arn: resource.arn(),
    roleArn: Role,
    folder: Description,
    moduleUrl: pathToFileURL(moduleAt(join(assemblyDir, assetDir, file))).href,
    handlerName,
    memoryMb: MemorySize,
    timeoutMs: Timeout * 1000,
    reservedConcurrency: ReservedConcurrentExecutions,
    variables: {
      ...Environment.Variables,
      ...endpoints,
      AWS_REGION: localAws.region,
      // By it the gates before the services know whose role a request is made in.
      AWS_ACCESS_KEY_ID: resource.name,
      AWS_SECRET_ACCESS_KEY: localAws.credentials.secretAccessKey,
      AWS_LAMBDA_FUNCTION_NAME: resource.name,
      AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(MemorySize),
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    },
  };
};

/** Reads every function of the assembly; the endpoints (`AWS_ENDPOINT_URL_*`) lead its clients to this machine. */
export const readFunctions = (assembly: Assembly, endpoints: Record<string, string>): FunctionDefinition[] =>
  assembly.resources('AWS::Lambda::Function').map((resource) => define(resource, assembly.dir, endpoints));
