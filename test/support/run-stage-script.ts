import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const scripts = join(import.meta.dirname, '../../scripts');

/**
 * Runs a script in a folder, where `cdk` is the given program, told its arguments as `args`, and nobody is at the keyboard.
 * The calls of it are in the folder's file `calls`.
 */
export const runStageScript = async (
  dir: string,
  { script, args, cdk, env = {} }: { script: string; args: string[]; cdk: string; env?: Record<string, string> },
) => {
  const program = `#!${process.execPath}
const { appendFileSync, readFileSync, writeFileSync } = require('node:fs');
const [, , ...args] = process.argv;
appendFileSync('calls', args.join(' ') + '\\n');
${cdk}`;
  await writeFile(join(dir, 'cdk'), program, { mode: 0o755 });
  const child = spawn(process.execPath, [join(scripts, script), ...args], {
    cwd: dir,
    env: { PATH: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
  });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  const [code] = (await once(child, 'close')) as [number | null];
  const calls = await readFile(join(dir, 'calls'), 'utf8').catch(() => '');
  return { code, out, errors, calls: calls.split('\n').filter((line) => line !== '') };
};
