import { createInterface } from 'node:readline';

/** Asks a person to type a text, and says whether they did. Ctrl-C and Ctrl-D are a no. */
export const typesBack = (text: string): Promise<boolean> =>
  new Promise((resolve) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    terminal.once('close', () => resolve(false));
    terminal.question(`Type ${text} to go ahead: `, (answer) => {
      resolve(answer.trim() === text);
      terminal.close();
    });
  });
