import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import { stageNames } from '../infra/environments.ts';

export const stageOption = new Option('--env <stage>', 'the stage').choices(stageNames).makeOptionMandatory();
export const yesOption = new Option('--yes', 'does not ask; for pipelines');

/** Runs the CDK CLI, which npm puts on the path, in this terminal; gives its exit code. */
export const tryCdk = async (...args: string[]): Promise<number> => {
  const child = spawn('cdk', args, { stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

/** Runs the CDK CLI in this terminal. Its exit code becomes ours if it is not 0. */
export const runCdk = async (...args: string[]): Promise<void> => {
  const code = await tryCdk(...args);
  if (code !== 0) process.exit(code);
};

/** Asks before anything is changed; without a terminal nobody can answer, and that is a no. */
export const confirm = async (question: string, yes: boolean | undefined): Promise<boolean> => {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    console.error('There is no terminal to ask in: say --yes');
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} (y/n) `);
  terminal.close();
  return answer.trim().toLowerCase() === 'y';
};
