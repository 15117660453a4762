import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { startDynamoDB } from '../infra/local/dynamodb.ts';
import { localAws } from '../infra/local/local-aws.ts';
import { synthesize } from '../infra/local/synthesize.ts';
import { createTables } from '../infra/local/tables.ts';
import { loadAssembly } from '../infra/local/template.ts';
import { putAll } from '../shared/conversations/batch.ts';
import { erasureStore } from '../shared/conversations/cell-erasure.ts';
import { cellStore } from '../shared/conversations/cell.ts';
import { conversationStore } from '../shared/conversations/conversation-store.ts';
import { guardStore } from '../shared/conversations/guard.ts';
import { ledgerStore } from '../shared/redactions/ledger.ts';
import { bucketOf, pk, sk } from '../shared/table.ts';

export interface Units {
  read: number;
  write: number;
}

/** An embedded table, its stores, and the units that each call to it consumed. */
export const startTable = async () => {
  const assembly = loadAssembly(await synthesize({ bundle: false }));
  const dynamodb = await startDynamoDB();
  const { endpoint } = dynamodb;
  await createTables(assembly, endpoint);
  const tableName = assembly.output('TableName');
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ ...localAws, endpoint }), {
    marshallOptions: { removeUndefinedValues: true },
  });

  const units: Units = { read: 0, write: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const result = await next(args);
      const { ConsumedCapacity = [] } = result.output as { ConsumedCapacity?: { CapacityUnits?: number } };
      const kind = /Get|Query/.test(String(context['commandName'])) ? 'read' : 'write';
      for (const { CapacityUnits = 0 } of [ConsumedCapacity].flat()) units[kind] += CapacityUnits;
      return result;
    },
    { step: 'initialize', priority: 'low', name: 'count-units' },
  );

  const guards = guardStore(client, tableName);
  const cells = cellStore(client, tableName);
  return {
    stores: {
      guards,
      erasures: erasureStore(client, tableName),
      ledger: ledgerStore(client, tableName),
      now: Date.now,
    },

    /** Writes a conversation of that many parts whose cells take one write unit each. */
    seed: async (tenantId: string, conversationId: string, parts: number): Promise<void> => {
      const conversations = conversationStore(client, tableName, guards, cells);
      await conversations.create(tenantId, conversationId, { structure: {} });
      const first = await guards.reserve(tenantId, conversationId, parts, false);
      const items = Array.from({ length: parts }, (_, n) => first + n).flatMap((sequence) => {
        const key = pk.bucket(tenantId, conversationId, bucketOf(sequence));
        return [
          { pk: key, sk: sk.part(sequence), id: `mg_${sequence}`, structure: JSON.stringify({ id: `mg_${sequence}` }) },
          { pk: key, sk: sk.cell(sequence), content: JSON.stringify({ body: 'x'.repeat(800) }), version: 1 },
        ];
      });
      await putAll(client, tableName, items);
    },

    /** The units that the run consumed. */
    unitsOf: async (run: () => Promise<unknown>): Promise<Units> => {
      Object.assign(units, { read: 0, write: 0 });
      await run();
      return { ...units };
    },
    stop: () => dynamodb.stop(),
  };
};
