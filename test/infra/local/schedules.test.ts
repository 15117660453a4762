import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { LocalFunction } from '../../../infra/local/functions.ts';
import { startSchedules } from '../../../infra/local/schedules.ts';
import { type Assembly, loadAssembly } from '../../../infra/local/template.ts';
import { writeAssembly } from './fixture-assembly.ts';

describe('a local schedule', () => {
  let dir: string;
  let assembly: Assembly;
  let invoked: string[];
  let finish: PromiseWithResolvers<string>;

  const start = (expectedArn = 'arn:aws:lambda:eu-west-1:000000000000:function:Fixture-Api-houseresume') => {
    const target: LocalFunction = {
      arn: expectedArn,
      folder: 'house/resume',
      invoke: (payload) => {
        invoked.push(payload);
        return finish.promise;
      },
      stop: async () => {},
    };
    return startSchedules(assembly, [target]);
  };

  const arrange = async (schedule: string) => {
    dir = await writeAssembly({ 'house/resume': { code: '', schedule } });
    assembly = loadAssembly(dir);
  };

  beforeEach(async () => {
    await arrange('rate(2 minutes)');
    invoked = [];
    finish = Promise.withResolvers();
    vi.useFakeTimers();
  });

  afterEach(async () => {
    vi.useRealTimers();
    await rm(dir, { recursive: true });
  });

  it('invokes its target with its input, every so often', async () => {
    const stop = start();
    finish.resolve('null');
    await vi.advanceTimersByTimeAsync(119_999);
    expect(invoked).toEqual([]);
    await vi.advanceTimersByTimeAsync(120_001);
    expect(invoked).toEqual(['{}', '{}']);
    stop();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(invoked).toHaveLength(2);
  });

  it('never runs twice at once, and goes on after a failure', async () => {
    const stop = start();
    await vi.advanceTimersByTimeAsync(600_000);
    expect(invoked).toHaveLength(1);
    finish.reject(new Error('failed'));
    await vi.advanceTimersByTimeAsync(120_000);
    expect(invoked).toHaveLength(2);
    stop();
  });

  it('refuses an expression that it has no rule for, and a target that is no function', async () => {
    expect(() => start('arn:other')).toThrow('which is no function');
    await rm(dir, { recursive: true });
    await arrange('cron(0 12 * * ? *)');
    expect(() => start()).toThrow('No rule for the schedule cron(0 12 * * ? *)');
  });
});
