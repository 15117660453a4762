import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operations } from '../../scripts/openapi/operations.ts';
import { routes } from '../../infra/stacks/routes.ts';
import { buildDocument } from '../../scripts/openapi/document.ts';

describe('the API document', () => {
  it('has every route, and nothing else', async () => {
    const { paths } = (await buildDocument()) as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(documented.toSorted()).toEqual(routes.map(({ key }) => key as string).toSorted());
    expect(Object.keys(operations).toSorted()).toEqual([...new Set(routes.map(({ folder }) => folder))].toSorted());
  });

  it('speaks of each endpoint by its own schema', () => {
    for (const { folder } of routes) expect(readdirSync(`functions/${folder}`)).toContain('schema.ts');
  });
});
