import { setTimeout as sleep } from 'node:timers/promises';
import { type Redaction, retried } from './api.ts';
import type { Display } from './display.ts';
import { isSettled, type Stretch, stretchOf, timeLeft } from './progress.ts';

const everyMs = 1000;

interface Watch {
  read: () => Promise<Redaction>;
  display: Display;
  /** Aborted when the watcher leaves; the watch rejects then. */
  signal: AbortSignal;
}

/** Shows a redaction every second until it is settled, however long a hold or an outage keeps it. */
export const watchRedaction = async (from: Redaction, { read, display, signal }: Watch): Promise<Redaction> => {
  let redaction = from;
  let stretch: Stretch | undefined;
  try {
    for (;;) {
      const now = Date.now();
      stretch = stretchOf(stretch, redaction, now);
      display.show(redaction, timeLeft(stretch, redaction, now));
      if (isSettled(redaction)) return redaction;
      await sleep(everyMs, undefined, { signal });
      redaction = await retried(read, { attempts: Infinity, onRetry: display.note, signal });
    }
  } finally {
    display.end();
  }
};
