import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { startCloud } from '../infra/local/cloud.ts';
import { FunctionError } from '../infra/local/execution-environment.ts';
import { readFunctions } from '../infra/local/function-definition.ts';
import { synthesize } from '../infra/local/synthesize.ts';
import { loadAssembly } from '../infra/local/template.ts';
import { createKey, importExamples, redactExample } from './example-tenant.ts';

/** Invokes one function by hand, on a cloud of its own with the example conversations in it. */

const eventsDir = join(import.meta.dirname, '../test/events');

const program = new Command('invoke')
  .description('Invokes a function on a local cloud with the example conversations, the last of them redacted')
  .argument('<function>', 'its folder under functions/, e.g. augno/redact-conversation')
  .argument('<event>', 'a JSON file, e.g. test/events/augno-redact-conversation.json')
  .addHelpText(
    'after',
    `
The result is printed as JSON, the function's log on stderr. An HTTP event without an authorization header gets the
example tenant's key. Exit codes: 0 if there is a result, whatever its status; 1 if the function failed.`,
  )
  .parse();
const [folder = '', eventFile = ''] = program.args;

const readEvent = (): unknown => {
  try {
    return JSON.parse(readFileSync(eventFile, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) program.error(`${eventFile} is not JSON: ${error.message}`);
    const known = readdirSync(eventsDir).map((file) => `\n  test/events/${file}`);
    return program.error(`There is no file ${eventFile}. Some events:${known.join('')}`);
  }
};

const httpEvent = z.looseObject({ version: z.literal('2.0'), headers: z.record(z.string(), z.string()) });

const withKey = (event: unknown, key: string): unknown => {
  const { data: http } = httpEvent.safeParse(event);
  return http ? { ...http, headers: { authorization: `Bearer ${key}`, ...http.headers } } : event;
};

const event = readEvent();
const assemblyDir = await synthesize();
const folders = readFunctions(loadAssembly(assemblyDir), {}).map((definition) => definition.folder);
if (!folders.includes(folder))
  program.error(`There is no function ${folder}. There are:\n  ${folders.toSorted().join('\n  ')}`);

let invoking = false;
const cloud = await startCloud({
  assemblyDir,
  schedules: false,
  onLog: (_, line) => {
    if (invoking) console.error(line);
  },
});
try {
  const key = await createKey(cloud);
  await importExamples(cloud.url, key);
  await redactExample(cloud.url, key, 'augno:cv_5r7n3bd1h6ke');
  invoking = true;
  console.log(JSON.stringify(await cloud.invoke(folder, withKey(event, key)), undefined, 2));
} catch (error) {
  if (!(error instanceof FunctionError)) throw error;
  console.error(`${error.name}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await cloud.stop();
}
