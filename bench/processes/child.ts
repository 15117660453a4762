import { fork } from 'node:child_process';
import { once } from 'node:events';

/** A file of this folder in a process of its own, so that what it does falls on no clock and no event loop but its own. */
export interface Child<Answer> {
  /** Sends a message, and gives back the answer to it. */
  ask(message: unknown): Promise<Answer>;
  /** What it said when it was ready. */
  ready: Answer;
  stop(): Promise<void>;
}

/** Starts the file and waits for its first message. */
export const startChild = async <Answer>(file: string, args: string[] = []): Promise<Child<Answer>> => {
  const child = fork(new URL(file, import.meta.url), args);
  const exited = once(child, 'exit');
  const answer = async (): Promise<Answer> => {
    const died = exited.then(() => {
      throw new Error(`${file} ended with ${child.exitCode ?? child.signalCode}`);
    });
    const [message] = await Promise.race([once(child, 'message'), died]);
    return message as Answer;
  };
  return {
    ready: await answer(),
    ask: (message) => {
      const answered = answer();
      child.send(message as object);
      return answered;
    },
    stop: async () => {
      child.kill();
      await exited;
    },
  };
};

/** In the child: says that it is ready, and ends with the process that started it. */
export const sayReady = (message: object): void => {
  process.on('disconnect', () => process.exit());
  process.send?.(message);
};
