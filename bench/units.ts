import { consumptionOf } from './consumption.ts';
import { eraseChunks } from './contenders.ts';
import { createConversation, fill, planErasure } from './conversations.ts';
import type { TableUse } from './cost.ts';
import type { Answer } from './report.ts';

const parts = 20_000;

const of = (counted: Record<string, number>, ...operations: string[]) =>
  operations.reduce((sum, operation) => sum + (counted[operation] ?? 0), 0);

/** What the sweep takes from the table. */
export const measureConsumption = async (): Promise<{ answer: Answer; consumption: TableUse }> => {
  const conversationId = await createConversation('cv_consumption', parts);
  await fill(conversationId, { from: 0, through: parts - 1 });
  const erasing = await planErasure(conversationId);
  const { requests, units } = await consumptionOf(() => eraseChunks(erasing, 1));
  const erasingStep = of(requests, 'BatchWriteItem', 'GetItem', 'UpdateItem') / parts;
  const writes = of(units, 'BatchWriteItem', 'UpdateItem') / parts;
  const reads = of(units, 'GetItem', 'Query') / parts;
  return {
    answer: {
      tables: {
        [`What ${parts} cells take from the table`]: Object.keys(requests).map((operation) => ({
          operation,
          requests: of(requests, operation),
          'requests a part': of(requests, operation) / parts,
          units: of(units, operation),
          'units a part': of(units, operation) / parts,
        })),
      },
      bars: [
        { what: 'table requests a part, to erase', value: erasingStep, atMost: 0.041 },
        { what: 'read units a part, with verification', value: reads, atMost: 0.05 },
        {
          what: 'write units / those of the cells',
          value: writes / (of(units, 'BatchWriteItem') / parts),
          atMost: 1.02,
        },
      ],
    },
    consumption: {
      cellWrites: of(units, 'BatchWriteItem') / parts,
      countReads: of(units, 'Query') / parts,
      guardReads: of(units, 'GetItem') / erasing.chunks.length,
    },
  };
};
