import * as z from 'zod';
import type { Assembly } from '../infra/local/template.ts';
import { bucketsPerChunk, chunksPerRound } from '../shared/redactions/chunks.ts';
import { type TableUse, costOf, type Erasure } from './cost.ts';
import { consumptionOf } from './consumption.ts';
import { createConversation, planErasure, stores } from './conversations.ts';
import type { Answer } from './report.ts';
import { definitionSchema, mapOf } from './transitions.ts';

const parts = 1_000_000;
/** What a new on-demand table takes at once, and what one may reach by default. */
const newTable = 4_000;
const largestTable = 40_000;

/** The state machine and the memory of its function, as they are deployed. */
const readDeployed = (assembly: Assembly) => {
  const [machine] = assembly.resources('AWS::StepFunctions::StateMachine');
  if (!machine) throw new Error('The template has no state machine');
  const { DefinitionString } = machine.properties(z.object({ DefinitionString: z.string() }));
  const eraseChunk = assembly
    .resources('AWS::Lambda::Function')
    .map((resource) => resource.properties(z.object({ Description: z.string(), MemorySize: z.number() })))
    .find(({ Description }) => Description === 'erasure/erase-chunk');
  if (!eraseChunk) throw new Error('The template has no function erasure/erase-chunk');
  return { definition: definitionSchema.parse(JSON.parse(DefinitionString)), memoryMb: eraseChunk.MemorySize };
};

/** Write units of noting 1, 2, … chunks of one round as finished: the entry grows with each of them. */
const measureNotes = async (): Promise<number[]> => {
  const { redaction } = await planErasure(await createConversation('cv_notes', parts));
  const sums = [0];
  for (let chunk = 0; chunk < chunksPerRound; chunk++) {
    const { units } = await consumptionOf(() => stores.ledger.finishChunk(redaction, chunk));
    sums.push(sums.at(-1)! + (units['UpdateItem'] ?? 0));
  }
  return sums;
};

/** What a million parts cost, for sizes of a chunk and types of its execution, and how long they take. */
export const measureMillion = async (assembly: Assembly, consumption: TableUse): Promise<Answer> => {
  const { definition, memoryMb } = readDeployed(assembly);
  const { childType, chunksAtOnce } = mapOf(definition);
  const notes = await measureNotes();
  const costWith = (changes: Partial<Erasure>) =>
    costOf(
      {
        parts,
        bucketsPerChunk,
        childType,
        chunksAtOnce,
        chunksPerRound,
        memoryMb,
        tableUnitsPerSecond: newTable,
        noteWrites: (chunks) => notes[chunks]!,
        ...changes,
      },
      consumption,
      definition,
    );
  const shown = (type: typeof childType, buckets: number) => {
    const { chunks, transitions, secondsPerChunk, total, ratio, ...dollars } = costWith({
      childType: type,
      bucketsPerChunk: buckets,
    });
    return {
      children: type,
      'buckets a chunk': buckets,
      chunks,
      transitions,
      's a chunk': secondsPerChunk,
      'cells $': dollars.cells,
      'notes $': dollars.notes,
      'reads $': dollars.reads,
      'Step Functions $': dollars.stepFunctions,
      'Lambda $': dollars.lambda,
      'total $': total,
      'total / cells': ratio.toFixed(3),
    };
  };
  const durations = [newTable, largestTable].flatMap((units) =>
    [chunksAtOnce, 40].map((atOnce) => {
      const { seconds, secondsPerChunk } = costWith({ tableUnitsPerSecond: units, chunksAtOnce: atOnce });
      return {
        'table takes units/s': units,
        'chunks at once': atOnce,
        's a chunk': secondsPerChunk,
        'parts/s': parts / seconds,
        's a million': seconds,
      };
    }),
  );
  return {
    tables: {
      'Dollars of a million parts, on a new on-demand table': (['EXPRESS', 'STANDARD'] as const).flatMap((type) =>
        [1, 2, 5, 10, 20].map((buckets) => shown(type, buckets)),
      ),
      'How long a million parts take at the limits of the table': durations,
    },
    bars: [
      {
        what: `cost of a million parts / of its cells' writes (${childType}, ${bucketsPerChunk} buckets a chunk)`,
        value: costWith({}).ratio,
        atMost: 1.05,
      },
    ],
  };
};
