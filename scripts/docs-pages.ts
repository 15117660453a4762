import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import type { Pages } from '../infra/local/gateway.ts';

const viewer = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <title>Expunge: the API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css">
  </head>
  <body>
    <div id="swagger-ui"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;

const types: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
};

const read: Record<string, () => Buffer | string> = {
  '/docs': () => page,
  '/docs/start.js': () => "SwaggerUIBundle({ url: '/docs/openapi.json', dom_id: '#swagger-ui' });",
  '/docs/openapi.json': () => readFileSync('openapi.json'),
  '/docs/swagger-ui.css': () => readFileSync(join(viewer, 'swagger-ui.css')),
  '/docs/swagger-ui-bundle.js': () => readFileSync(join(viewer, 'swagger-ui-bundle.js')),
};

/** The API document as a page at /docs, by Swagger UI; all of it comes from this machine. */
export const docsPages: Pages = (path) => {
  const content = read[path]?.();
  if (content === undefined) return undefined;
  const type = types[extname(path)] ?? 'text/html; charset=utf-8';
  return { status: 200, headers: { 'content-type': type }, body: Buffer.from(content) };
};
