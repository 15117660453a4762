import { vi } from 'vitest';

/** Runs with everything that is written to stdout, stderr or the console kept, and gives it back as text. */
export const captureLogs = async (run: () => Promise<void>): Promise<string> => {
  let text = '';
  const keep = (...written: unknown[]) => {
    text += `${written.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(' ')}\n`;
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(keep),
    vi.spyOn(process.stderr, 'write').mockImplementation(keep),
    ...(['log', 'info', 'warn', 'error', 'debug'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(keep),
    ),
  ];
  try {
    await run();
  } finally {
    spies.forEach((spy) => spy.mockRestore());
  }
  return text;
};
