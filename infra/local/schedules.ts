import * as z from 'zod';
import type { LocalFunction } from './functions.ts';
import type { Assembly } from './template.ts';

const scheduleProperties = z.object({
  ScheduleExpression: z.string(),
  Target: z.object({ Arn: z.string(), Input: z.string() }),
});

const unitMs = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The milliseconds of a schedule expression like `rate(5 minutes)`. */
const readRate = (expression: string): number => {
  const { count, unit } = /^rate\((?<count>\d+) (?<unit>minute|hour|day)s?\)$/.exec(expression)?.groups ?? {};
  if (!count || !unit) throw new Error(`No rule for the schedule ${expression}`);
  return Number(count) * unitMs[unit as keyof typeof unitMs];
};

/** Invokes what the assembly's schedules target, every so often and never twice at once; gives what stops them. */
export const startSchedules = (assembly: Assembly, functions: readonly LocalFunction[]): (() => void) => {
  const timers = assembly.resources('AWS::Scheduler::Schedule').map((schedule) => {
    const { ScheduleExpression, Target } = schedule.properties(scheduleProperties);
    const target = functions.find(({ arn }) => arn === Target.Arn);
    if (!target) throw new Error(`The schedule ${schedule.name} targets ${Target.Arn}, which is no function`);

    let running = false;
    const run = async () => {
      if (running) return;
      running = true;
      try {
        await target.invoke(Target.Input);
      } catch {
        // What went wrong stands in the function's log, and the next run is the retry.
      } finally {
        running = false;
      }
    };
    return setInterval(() => void run(), readRate(ScheduleExpression));
  });
  return () => timers.forEach((timer) => clearInterval(timer));
};
