import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { Command, Option } from 'commander';
import * as z from 'zod';
import {
  ApiRefusal,
  ApiUnavailable,
  type Redaction,
  redactionsOf,
  retried,
  type Service,
  type Target,
} from './redact/api.ts';
import { barDisplay, lineDisplay } from './redact/display.ts';
import { overviewText, pageSize, readOverview } from './redact/overview.ts';
import { isSettled, openOf, summaryText } from './redact/progress.ts';
import { typesBack } from './redact/type-back.ts';
import { watchRedaction } from './redact/watch.ts';
import { parsedBy } from './table.ts';

/** Redacts a conversation, or parts of it, over the API, in the local run or in a deployed stage, and watches it. */

const cloudFile = '.local/cloud.json';
const localCloud = z.object({ url: z.string(), apiKey: z.string() });
const onThisMachine = /^(localhost|127\.0\.0\.1|\[::1\])$/;

const apiUrl = z
  .url({ protocol: /^https?$/, error: 'must be the URL of the API', abort: true })
  .refine((text) => {
    const { protocol, hostname, username, password } = new URL(text);
    return username === '' && password === '' && (protocol === 'https:' || onThisMachine.test(hostname));
  }, 'must be https, so that nobody reads the key on its way, and hold no credentials')
  .transform((text) => text.replace(/\/+$/, ''));

const program = new Command('redact')
  .description('Redacts a whole conversation, or parts of it; without --url, in the local run')
  .argument('<conversation>', "<dialect>:<the vendor's id>, as augno:cv_w35z4ck68yq7")
  .addOption(
    new Option('--part <id>', 'this part alone; give it again for more')
      .argParser((id: string, ids: string[] | undefined) => [...(ids ?? []), id])
      .conflicts('redaction'),
  )
  .option('--yes', 'does not ask; for pipelines')
  .option('--watch', 'shows how far it is until it is done; Ctrl-C leaves it, and it goes on')
  .option('--reason <code>', 'a code or reference for the ledger, no free text')
  .addOption(new Option('--redaction <id>', 'asks for nothing and watches this one').conflicts(['reason']))
  .addOption(
    new Option('--url <url>', "a deployed stage's API (its output ApiUrl)")
      .env('EXPUNGE_URL')
      .argParser(parsedBy(apiUrl)),
  )
  .addHelpText(
    'after',
    `
The key for --url is read from EXPUNGE_API_KEY, and never from an argument, which would stand in the shell's
history and in the list of processes. It needs messaging:read and messaging:delete. The local run has its own.

Before anything is destroyed, it shows what is there and asks you to type the conversation's id. One that is still under
way is taken up again, without a question, instead of asking for a second. It covers what was there when it was asked for:
run it again when it is completed, for parts that came after.

Exit codes: 0 done or, without --watch, accepted; 1 refused or failed; 130 left by Ctrl-C.`,
  )
  .parse();

const [conversation = ''] = program.args;
const options = program.opts<{
  part?: string[];
  yes?: true;
  watch?: true;
  reason?: string;
  redaction?: string;
  url?: string;
}>();
const target: Target = options.part ? { parts: options.part } : { scope: 'conversation' };

const serviceOf = (url: string | undefined): Service => {
  if (url === undefined) {
    if (!existsSync(cloudFile)) program.error('There is no local run: npm start, or name a deployed stage with --url');
    const { url: local, apiKey } = localCloud.parse(JSON.parse(readFileSync(cloudFile, 'utf8')));
    return { url: local, key: apiKey };
  }
  const key = (process.env['EXPUNGE_API_KEY'] ?? '').trim();
  if (!/^[\x21-\x7e]+$/.test(key)) program.error('EXPUNGE_API_KEY must hold the API key for --url');
  return { url, key };
};

const api = redactionsOf(serviceOf(options.url), conversation);
const patience = { attempts: 4, onRetry: (note: string) => console.error(note) };

const pageAfter = (cursor: string | null) => retried(() => api.list(cursor), patience);

const findOpen = async (): Promise<Redaction | undefined> => {
  let { data: found, nextCursor } = await pageAfter(null);
  while (nextCursor !== null) {
    const page = await pageAfter(nextCursor);
    found = [...found, ...page.data];
    nextCursor = page.nextCursor;
  }
  return openOf(found, target);
};

const ask = async (): Promise<Redaction> => {
  const key = randomUUID();
  try {
    return await retried(() => api.redact(key, target, options.reason), patience);
  } catch (error) {
    if (error instanceof ApiUnavailable)
      console.error('It is not known whether the redaction was accepted: run this again, which takes it up if it was');
    throw error;
  }
};

/** Shows what is there, and lets only somebody who types its id destroy it. Ends here otherwise, before anything is sent. */
const confirm = async (): Promise<void> => {
  const isAsked = options.yes === undefined;
  if (isAsked && !process.stdin.isTTY)
    program.error('There is no terminal to ask in, so nothing was redacted: --yes redacts without a question');
  const overview = await readOverview((cursor) => retried(() => api.page(cursor, pageSize), patience));
  console.log(overviewText(conversation, target, overview));
  if (isAsked && !(await typesBack(conversation))) program.error('The id was not typed, so nothing was redacted');
};

const begin = async (): Promise<Redaction> => {
  const { redaction: id, reason } = options;
  if (id !== undefined) return retried(() => api.read(id), patience);
  const open = await findOpen();
  if (!open) {
    await confirm();
    return ask();
  }
  console.log(`Redaction ${open.id} of ${open.requestedAt} is still under way, and is taken up`);
  if (reason !== undefined && reason !== open.reason)
    console.error(`--reason is not recorded: its reason is ${open.reason ?? 'none'}`);
  return open;
};

const commandFor = ({ id }: Redaction) =>
  `npm run redact -- ${conversation} --redaction ${id}${options.url === undefined ? '' : ` --url ${options.url}`}`;

/** The redaction once it is settled, or nothing if the watcher left. */
const watch = async (redaction: Redaction): Promise<Redaction | undefined> => {
  const leaving = new AbortController();
  const leave = (signal: 'SIGINT' | 'SIGTERM') => leaving.abort(signal);
  process.once('SIGINT', leave).once('SIGTERM', leave);
  const display = process.stdout.isTTY ? barDisplay(process.stdout) : lineDisplay(console.log, console.error);
  const { signal } = leaving;
  try {
    return await watchRedaction(redaction, { read: () => api.read(redaction.id, signal), display, signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    // 128 and the signal's number, as a shell has it: what follows a `&&` must not take the content for erased.
    process.exitCode = 128 + constants.signals[signal.reason as 'SIGINT' | 'SIGTERM'];
    console.log(`Redaction ${redaction.id} goes on without you. To take it up again:\n  ${commandFor(redaction)}`);
    return undefined;
  }
};

const run = async () => {
  const redaction = await begin();
  const watched = options.watch || options.redaction !== undefined;
  const reached = watched && !isSettled(redaction) ? await watch(redaction) : redaction;
  if (!reached) return;
  if (reached.state === 'refused') program.error(summaryText(reached));
  console.log(summaryText(reached));
  if (!isSettled(reached)) console.log(`To watch it:\n  ${commandFor(reached)}`);
};

try {
  await run();
} catch (error) {
  if (error instanceof ApiRefusal && error.code === 'conversation_not_found')
    program.error(`There is no conversation ${conversation} for this key`);
  if (error instanceof ApiRefusal || error instanceof ApiUnavailable) program.error(error.message);
  throw error;
}
