import { randomUUID } from 'node:crypto';
import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { handler } from '../functions/expunge/set-legal-hold/handler.ts';
import { documents, dynamodb } from '../shared/clients.ts';
import { requireEnv } from '../shared/env.ts';
import { apiKeyStore } from '../shared/tenants/api-key-store.ts';
import { call } from '../test/support/call.ts';
import { createConversation, tenantId } from './conversations.ts';
import { interleave, median, timed } from './measure.ts';
import type { Answer } from './report.ts';

const rounds = 1_001;

const send = {
  GetItem: (input: never) => dynamodb.send(new GetItemCommand(input)),
  PutItem: (input: never) => dynamodb.send(new PutItemCommand(input)),
  UpdateItem: (input: never) => dynamodb.send(new UpdateItemCommand(input)),
} as const;
type Operation = keyof typeof send;

/** A request to DynamoDB as it goes over the wire. */
interface TableCall {
  operation: Operation;
  body: string;
}

/** Every request that is sent while `run` runs, in order. */
const recorded = async (run: () => Promise<unknown>): Promise<TableCall[]> => {
  const calls: TableCall[] = [];
  documents.middlewareStack.add(
    (next) => (args) => {
      const { headers, body } = args.request as { headers: Record<string, string>; body: Uint8Array };
      const operation = headers['x-amz-target']?.split('.').at(-1) as Operation;
      calls.push({ operation, body: new TextDecoder().decode(body) });
      return next(args);
    },
    { step: 'build', priority: 'low', name: 'record' },
  );
  try {
    await run();
  } finally {
    documents.middlewareStack.remove('record');
  }
  return calls;
};

/** A handler that makes the same calls by the same client, under an idempotency record of its own, and does nothing else. */
const bareHandler = (calls: TableCall[]) => {
  const claim = calls.find(({ operation }) => operation === 'PutItem')!;
  const { id } = (JSON.parse(claim.body) as { Item: { id: { S: string } } }).Item;
  return async (recordId: string) => {
    for (const { operation, body } of calls) {
      await send[operation](JSON.parse(body.replaceAll(id.S, recordId)) as never);
    }
    return { statusCode: 200, body: JSON.stringify({ recordId }) };
  };
};

const elapsed = async (run: () => Promise<unknown>) => (await timed(run)).elapsed;

/** What authenticating, parsing, idempotency and answering take beyond the requests to the table that they make. */
export const measureOverhead = async (): Promise<Answer> => {
  const { key } = await apiKeyStore(documents, requireEnv('TABLE_NAME')).create(
    tenantId,
    ['messaging:update'],
    new Date(),
  );
  const id = await createConversation('cv_overhead', 1);
  const request = async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const { status, text } = await call(handler, { key, path: { id }, headers, body: { held: false } });
    if (status !== 200) throw new Error(`The hold was refused: ${text}`);
  };
  // The first request of an execution environment reads the table's seal, the others do not for a minute.
  await request();
  const calls = await recorded(request);
  const bare = bareHandler(calls);

  const times = await interleave(rounds, {
    service: () => elapsed(request),
    bare: () => elapsed(() => bare(`bare#${randomUUID()}`)),
  });
  const differences = times.service.map((time, round) => time - times.bare[round]!);
  const operations = calls.map(({ operation }) => operation).join(', ');
  return {
    tables: {
      [`Releasing a hold (medians of ${rounds} rounds; both send ${operations})`]: [
        { handler: 'expunge/set-legal-hold', ms: median(times.service) },
        { handler: 'bare', ms: median(times.bare) },
        { handler: 'difference, round by round', ms: median(differences) },
      ],
    },
    bars: [{ what: 'the HTTP stack over a bare handler, ms', value: median(differences), atMost: 1.5 }],
  };
};
