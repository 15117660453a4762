import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { barDisplay, lineDisplay } from '../../../scripts/redact/display.ts';
import { completed, redactionOf } from '../../support/redaction-answers.ts';

/** A terminal that keeps what is written to it. */
const terminal = (columns: number) => {
  const stream = new PassThrough();
  const written: string[] = [];
  stream.on('data', (chunk) => written.push(String(chunk)));
  return { stream: Object.assign(stream, { isTTY: true, columns }) as unknown as NodeJS.WriteStream, written };
};

describe('the bar of a terminal', () => {
  it('fills with the chunks, and says what the answers and the failed attempts say', async () => {
    const { stream, written } = terminal(120);
    const display = barDisplay(stream);
    display.show(redactionOf({ state: 'requested', chunks: null, parts: null }), undefined);
    expect(written.join('')).toContain(`requested ${'░'.repeat(40)} 0% `);
    display.show(redactionOf(), 9_000);
    await expect
      .poll(() => written.join(''))
      .toContain(
        `erasing ${'█'.repeat(20)}${'░'.repeat(20)} 50% ~5,000 of 10,000 parts, 2 of 4 chunks, about 9 s left`,
      );
    display.note('No answer; asks again in 1 s');
    await expect.poll(() => written.join('')).toContain('50% No answer; asks again in 1 s');
    display.show(completed, 0);
    display.end();
    expect(written.join('')).toContain(`completed ${'█'.repeat(40)} 100% 10,000 parts, 4 of 4 chunks`);
    expect(written.at(-1)).toBe('\n');
  });

  it('is shorter where the terminal is narrow', () => {
    const { stream, written } = terminal(80);
    const display = barDisplay(stream);
    display.show(redactionOf(), undefined);
    display.end();
    expect(written.join('')).toContain(`erasing ${'█'.repeat(5)}${'░'.repeat(5)} 50% `);
  });

  it('leaves the signals to the command', () => {
    const before = process.listenerCount('SIGINT');
    const display = barDisplay(terminal(80).stream);
    display.show(redactionOf(), undefined);
    expect(process.listenerCount('SIGINT')).toBe(before);
    display.end();
  });
});

describe('the lines of a pipe', () => {
  it('are one a change', () => {
    const lines: string[] = [];
    const notes: string[] = [];
    const display = lineDisplay(
      (line) => lines.push(line),
      (note) => notes.push(note),
    );
    display.show(redactionOf(), undefined);
    display.show(redactionOf(), 9_000);
    display.note('No answer');
    display.show(redactionOf({ chunks: { done: 3, total: 4 } }), 8_000);
    display.show(redactionOf({ state: 'halted', chunks: { done: 3, total: 4 } }), undefined);
    display.show(completed, 0);
    display.end();
    expect(notes).toEqual(['No answer']);
    expect(lines).toEqual([
      'erasing: ~5,000 of 10,000 parts, 2 of 4 chunks',
      'erasing: ~7,500 of 10,000 parts, 3 of 4 chunks, about 8 s left',
      'halted by a legal hold: ~7,500 of 10,000 parts, 3 of 4 chunks, goes on when the hold is released',
      'completed: 10,000 parts, 4 of 4 chunks',
    ]);
  });
});
