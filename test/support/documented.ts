import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

type Responses = Record<string, { content: { 'application/json': { schema: object } } }>;

const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, { responses: Responses }>>;
};

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
ajv.addSchema({ ...document, $id: 'openapi' });

const validators = new Map<string, ValidateFunction>();

const pathOf = (path: string): string | undefined =>
  Object.keys(document.paths)
    .filter((template) => new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
    // The one with the fewest variables, as the gateway chooses.
    .toSorted((a, b) => a.split('{').length - b.split('{').length)[0];

const pointer = (...steps: string[]) =>
  steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');

/** Holds an answer to openapi.json: its route, its status and its body. */
export const expectDocumented = (method: string, path: string, status: number, body: unknown): void => {
  const template = pathOf(path);
  expect(template, `${path} is a documented path`).toBeDefined();
  const verb = method.toLowerCase();
  const responses = document.paths[template!]?.[verb]?.responses ?? {};
  const code = [String(status), `${String(status)[0]}XX`].find((known) => known in responses);
  expect(code, `${status} of ${method} ${template} is documented`).toBeDefined();
  const at = pointer('paths', template!, verb, 'responses', code!, 'content', 'application/json', 'schema');
  const validate = validators.get(at) ?? ajv.compile({ $ref: `openapi#${at}` });
  validators.set(at, validate);
  expect(validate(body) ? [] : validate.errors, `the body of ${status} ${method} ${template}`).toEqual([]);
};
