import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type * as z from 'zod';
import { createDocument, type ZodOpenApiOperationObject } from 'zod-openapi';
import { routes } from '../../infra/stacks/routes.ts';
import { type Contract, noBody } from '../../shared/http/contract.ts';
import { operations } from './operations.ts';

type AnyContract = Contract<unknown, unknown, unknown> & { path: z.core.$ZodObject; query: z.core.$ZodObject };

/** The contract of an endpoint: the one export of its schema.ts that ends in `Request`. */
const contractOf = async (folder: string): Promise<AnyContract> => {
  const file = join(import.meta.dirname, '../../functions', folder, 'schema.ts');
  const exports = (await import(/* @vite-ignore */ file)) as Record<string, AnyContract>;
  const contract = Object.entries(exports).find(([name]) => name.endsWith('Request'))?.[1];
  if (!contract) throw new Error(`functions/${folder}/schema.ts exports no …Request`);
  return contract;
};

const json = (schema: z.core.$ZodType) => ({ content: { 'application/json': { schema } } });

const operationOf = async (folder: string, writes: boolean): Promise<ZodOpenApiOperationObject> => {
  const contract = await contractOf(folder);
  const operation = operations[folder];
  if (!operation) throw new Error(`scripts/openapi/operations.ts says nothing of ${folder}`);
  const [api = ''] = folder.split('/');
  const answers = Object.entries(operation.answers).map(([status, schema]) => [
    status,
    { description: 'Done', ...json(schema) },
  ]);
  return {
    operationId: folder.replaceAll(/[/-]([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    tags: [api],
    summary: operation.summary,
    description: `Needs the permission ${contract.permission}.${writes ? ' Takes an Idempotency-Key.' : ''}`,
    requestParams: { path: contract.path, query: contract.query },
    ...(contract.body !== noBody && { requestBody: { required: true, ...json(contract.body) } }),
    responses: {
      ...Object.fromEntries(answers),
      '4XX': { description: 'Refused, and nothing changed', ...json(operation.error) },
      '5XX': { description: 'Not done or not known: a retry with the same key is safe', ...json(operation.error) },
    },
  };
};

/** The OpenAPI 3.1 document of all routes, made from their contracts. */
export const buildDocument = async (): Promise<Record<string, unknown>> => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const { key, folder, access } of routes) {
    const [method = '', path = ''] = key.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: await operationOf(folder, access === 'write') };
  }
  const document = createDocument({
    openapi: '3.1.1',
    info: {
      title: 'Expunge',
      version,
      description: "Conversation redaction: Expunge's own API, and its vendors' as their clients speak them.",
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/', description: 'Where this document is served' }],
    security: [{ bearer: [] }, { basic: [] }],
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' }, basic: { type: 'http', scheme: 'basic' } },
    },
    paths,
  });
  return document as unknown as Record<string, unknown>;
};
