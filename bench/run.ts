import { parseArgs } from 'node:util';
import { synthesize } from '../infra/local/synthesize.ts';
import { createTables } from '../infra/local/tables.ts';
import { loadAssembly } from '../infra/local/template.ts';
import { startEmulator } from './emulator.ts';
import { useEnvironment } from './environment.ts';
import { startChild } from './processes/child.ts';
import { type Answer, isMet, print, writeResults } from './report.ts';

/** What redactions cost, in time, memory and money; docs/performance.md says what is measured, and on what. */

const { values } = parseArgs({
  options: {
    'dynamodb-local': { type: 'boolean', default: false },
    /** The shortest of the questions alone: it takes half a minute. */
    overhead: { type: 'boolean', default: false },
    /** The largest import and append alone: five minutes on a quiet machine. */
    largest: { type: 'boolean', default: false },
    /** The parsers alone: less than a minute, without a table. */
    parsers: { type: 'boolean', default: false },
  },
});

const answers: Record<string, Answer> = {};
const answer = (question: string, given: Answer) => {
  answers[question] = given;
  print(given);
};
const all = !values.overhead && !values.largest && !values.parsers;
const emulatorName = values['dynamodb-local'] ? 'dynamodb-local' : 'embedded';

/** All that needs a table, and the deployed functions before it. */
const answerWithTables = async () => {
  const assemblyDir = await synthesize();
  const assembly = loadAssembly(assemblyDir);
  const emulator = await startEmulator(emulatorName);
  await createTables(assembly, emulator.endpoint);
  const cloud = await startChild<{ url: string }>('./cloud.ts', [assemblyDir, emulator.endpoint]);

  useEnvironment(assembly, emulator.endpoint);
  // Printed to the same place, they would drown the tables.
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';

  const { measureAcknowledging } = await import('./acknowledge.ts');
  const { measureThroughput } = await import('./sweep.ts');
  const { measureConsumption } = await import('./units.ts');
  const { measureMemory } = await import('./memory.ts');
  const { measureMillion } = await import('./million.ts');
  const { measureOverhead } = await import('./overhead.ts');
  const { measureLargest } = await import('./largest.ts');

  const answerTheRest = async () => {
    answer('acknowledging', await measureAcknowledging());
    answer('throughput', await measureThroughput(cloud.ready.url, emulator.name));
    const { answer: consumed, consumption } = await measureConsumption();
    answer('consumption', consumed);
    answer('memory', await measureMemory());
    answer('cost', await measureMillion(assembly, consumption));
  };

  try {
    if (all || values.overhead) answer('overhead', await measureOverhead());
    if (all) await answerTheRest();
    if (all || values.largest) answer('largest', await measureLargest(assembly));
  } finally {
    await cloud.stop();
    await emulator.stop();
  }
};

if (all || values.overhead || values.largest) await answerWithTables();
// Loaded last: the functions' modules read the environment when they are loaded.
if (all || values.parsers) {
  const { measureParsers } = await import('./parsers.ts');
  answer('parsers', measureParsers());
}

const missed = Object.values(answers).flatMap(({ bars }) => bars.filter((bar) => !isMet(bar)));
console.log(`\n${missed.length} bars missed; all figures are in ${writeResults(emulatorName, answers)}`);
process.exitCode = missed.length > 0 ? 1 : 0;
