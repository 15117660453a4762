import { documents } from '../../shared/clients.ts';

/** The read and write units, indexes included, that everything in `run` consumed through the service's client. */
export const unitsOf = async (run: () => Promise<unknown>): Promise<{ read: number; write: number }> => {
  const total = { read: 0, write: 0 };
  documents.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const kind = /Get|Query/.test(String(context['commandName'])) ? 'read' : 'write';
      for (const { CapacityUnits = 0 } of [(result.output as any).ConsumedCapacity ?? []].flat())
        total[kind] += CapacityUnits;
      return result;
    },
    { step: 'initialize', priority: 'low', name: 'count-units' },
  );
  try {
    await run();
  } finally {
    documents.middlewareStack.remove('count-units');
  }
  return total;
};
