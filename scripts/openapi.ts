import { readFileSync, writeFileSync } from 'node:fs';
import { Command } from 'commander';
import { buildDocument } from './openapi/document.ts';

const file = 'openapi.json';
const { check } = new Command('openapi')
  .description('Writes openapi.json from the contracts of all routes')
  .option('--check', 'writes nothing, and fails if the file is not what would be written')
  .parse()
  .opts<{ check?: boolean }>();

const text = `${JSON.stringify(await buildDocument(), undefined, 2)}\n`;
if (!check) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error(`${file} is not fresh: npm run openapi`);
  process.exitCode = 1;
}
