import { documents } from '../shared/clients.ts';

/** What calls to the table cost: requests and units, by operation, e.g. `BatchWriteItem`. */
export interface Consumption {
  requests: Record<string, number>;
  units: Record<string, number>;
}

interface Consumed {
  ConsumedCapacity?: { CapacityUnits?: number } | { CapacityUnits?: number }[];
}

const add = (to: Record<string, number>, operation: string, amount: number) =>
  Object.assign(to, { [operation]: (to[operation] ?? 0) + amount });

/** What everything in `run` consumed through the service's client, indexes included. */
export const consumptionOf = async (run: () => Promise<unknown>): Promise<Consumption> => {
  const consumption: Consumption = { requests: {}, units: {} };
  documents.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const operation = String(context['commandName']).replace(/Command$/, '');
      const { ConsumedCapacity = [] } = result.output as Consumed;
      add(consumption.requests, operation, 1);
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) add(consumption.units, operation, CapacityUnits);
      return result;
    },
    { step: 'initialize', priority: 'low', name: 'count-consumption' },
  );
  try {
    await run();
  } finally {
    documents.middlewareStack.remove('count-consumption');
  }
  return consumption;
};
