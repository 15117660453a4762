import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { stripVTControlCharacters } from 'node:util';

const script = join(import.meta.dirname, '../../scripts/redact.ts');

export interface Ended {
  code: number | null;
  /** Its lines. */
  out: string[];
  errors: string[];
}

interface Command {
  cwd: string;
  env?: Record<string, string>;
  /** Interrupts it once it has printed this. */
  interruptAt?: string;
}

const linesOf = (text: string) => text.split(/\r?\n/).filter((line) => line !== '');

/** Runs `npm run redact -- <args>` without npm, in a pipe; it must end by itself within 30 s. */
export const runRedact = async (args: string[], { cwd, env = {}, interruptAt }: Command): Promise<Ended> => {
  const child = spawn(process.execPath, [script, ...args], {
    cwd,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let out = '';
  let errors = '';
  child.stderr.on('data', (chunk) => (errors += String(chunk)));
  child.stdout.on('data', (chunk) => {
    const before = out;
    out += String(chunk);
    if (interruptAt && !before.includes(interruptAt) && out.includes(interruptAt)) child.kill('SIGINT');
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: linesOf(out), errors: linesOf(errors) };
};

const quoted = (argument: string) => `'${argument.replaceAll("'", `'\\''`)}'`;

/** The same in a terminal, where its question is answered with these keys. The terminal has one output, and shows what is typed. */
export const runRedactInTerminal = async (args: string[], keys: string, { cwd, env = {} }: Command) => {
  const command = [process.execPath, script, ...args];
  // script(1) opens a terminal; that of macOS has options of its own.
  const options =
    process.platform === 'darwin'
      ? ['-q', '/dev/null', ...command]
      : ['-qec', command.map(quoted).join(' '), '/dev/null'];
  const child = spawn('/usr/bin/script', options, {
    cwd,
    env: { PATH: process.env['PATH'], TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
    timeout: 30_000,
    killSignal: 'SIGKILL',
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    const before = out;
    out += String(chunk);
    if (!before.includes('go ahead: ') && out.includes('go ahead: ')) child.stdin.write(keys);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, out: linesOf(stripVTControlCharacters(out)) };
};

export interface Asked {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A server that plays the API: a reply for each request, or `lost`, which breaks the connection. */
export const playApi = async (reply: (asked: Asked) => Reply | 'lost') => {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { method = '', url: path = '', headers } = request;
    const received = { method, path, headers, body: await text(request) };
    asked.push(received);
    const played = reply(received);
    if (played === 'lost') return request.socket.destroy();
    response.writeHead(played.status ?? 200, played.headers);
    return response.end(typeof played.body === 'string' ? played.body : JSON.stringify(played.body));
  };
  const server = createServer((request, response) => void answer(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};
