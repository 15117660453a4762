import { SingleBar } from 'cli-progress';
import type { Redaction } from './api.ts';
import { extentText, outlookText, stateText } from './progress.ts';

/** Where a watcher reads how far a redaction is. */
export interface Display {
  show: (redaction: Redaction, left: number | undefined) => void;
  /** What stands between it and the next answer. */
  note: (text: string) => void;
  end: () => void;
}

/** What the text beside the bar takes, of a terminal's width. */
const textColumns = 75;

/** One line of a terminal, written over and over. */
export const barDisplay = (stream: NodeJS.WriteStream): Display => {
  const bar = new SingleBar({
    format: '{state} {bar} {percentage}% {text}',
    barsize: Math.max(10, Math.min(40, (stream.columns ?? 80) - textColumns)),
    barCompleteChar: '█',
    barIncompleteChar: '░',
    stream,
    // Its own would catch the signals and stay.
    gracefulExit: false,
  });
  return {
    show: (redaction, left) => {
      const { chunks, state } = redaction;
      const { done, total } = chunks ?? { done: state === 'completed' ? 1 : 0, total: 1 };
      const text = [extentText(redaction), outlookText(redaction, left)].filter(Boolean).join(', ');
      const payload = { state: stateText(redaction), text };
      if (!bar.isActive) return bar.start(total, done, payload);
      bar.setTotal(total);
      bar.update(done, payload);
    },
    note: (text) => bar.update({ text }),
    end: () => bar.stop(),
  };
};

/** A line whenever something changed, for a pipe or a file; the estimate alone is no change. */
export const lineDisplay = (print: (line: string) => void, warn: (line: string) => void): Display => {
  let last = '';
  return {
    show: (redaction, left) => {
      const line = [stateText(redaction), extentText(redaction)].filter(Boolean).join(': ');
      if (line !== last) print([line, outlookText(redaction, left)].filter(Boolean).join(', '));
      last = line;
    },
    note: warn,
    end: () => {},
  };
};
