import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { synthesize } from '../infra/local/synthesize.ts';
import { createTables } from '../infra/local/tables.ts';
import { loadAssembly } from '../infra/local/template.ts';
import { type Line, linesOfMonth, linesOfRequests, linesOfRuns, type Run, tableOf } from './bill.ts';
import { startEmulator } from './emulator.ts';
import { useEnvironment } from './environment.ts';
import { limitsOf } from './function-limits.ts';
import { print } from './report.ts';

/** What an environment costs at list prices, by service (docs/cost.md): standing for a month, and for redactions one by one. */

/** What Lambda bills for a warm run, in seconds: a guess from the local stack, at 512 MB; the units and bytes are measured. */
const secondsOf = { redaction: 0.1, resume: 0.05 };
const minutesInMonth = 30 * 24 * 60;
const redactions = 1_000;
const parts = 40;

const assembly = loadAssembly(await synthesize({ stage: 'prod', bundle: false }));
const emulator = await startEmulator('embedded');
await createTables(assembly, emulator.endpoint);

useEnvironment(assembly, emulator.endpoint);

const { documents } = await import('../shared/clients.ts');
const { apiKeyStore } = await import('../shared/tenants/api-key-store.ts');
const { handler: importConversation } = await import('../functions/expunge/import-conversation/handler.ts');
const { handler: redact } = await import('../functions/intercom/redact/handler.ts');
const { handler: resume } = await import('../functions/erasure/resume/handler.ts');
const { consumptionOf } = await import('./consumption.ts');
const { call, contextOf } = await import('../test/support/call.ts');
const { documentOf, freshId, part } = await import('../test/support/intercom-documents.ts');

const bytesWritten = async (run: () => Promise<unknown>): Promise<number> => {
  const write = process.stdout.write.bind(process.stdout);
  let bytes = 0;
  process.stdout.write = (text: string | Uint8Array) => {
    bytes += Buffer.byteLength(text);
    return true;
  };
  try {
    await run();
  } finally {
    process.stdout.write = write;
  }
  return bytes;
};

const sum = (amounts: Record<string, number>, operations: RegExp) =>
  Object.entries(amounts).reduce((total, [operation, amount]) => total + (operations.test(operation) ? amount : 0), 0);

const measure = async (run: () => Promise<unknown>): Promise<Run> => {
  let logBytes = 0;
  const { units } = await consumptionOf(async () => {
    logBytes = await bytesWritten(run);
  });
  return { readUnits: sum(units, /Get|Query/), writeUnits: sum(units, /Put|Update|Delete|Write/), logBytes };
};

const measureRedaction = async (): Promise<Run> => {
  const { key } = await apiKeyStore(documents, assembly.output('TableName')).create(
    'bill',
    ['messaging:create', 'messaging:delete'],
    new Date(),
  );
  const document = documentOf(Array.from({ length: parts }, () => part(freshId())));
  const imported = await call(importConversation, { key, body: { dialect: 'intercom', document } });
  if (imported.status !== 201) throw new Error(`The import was refused: ${imported.text}`);
  const redactPart = async (index: number) => {
    const body = {
      type: 'conversation_part',
      conversation_id: document.id,
      conversation_part_id: document.conversation_parts.conversation_parts[index]?.id,
    };
    const { status, text } = await call(redact, { key, body, headers: { 'idempotency-key': randomUUID() } });
    if (status !== 200) throw new Error(`The redaction was refused: ${text}`);
  };
  // The first one of an execution environment does what the others need not.
  await redactPart(0);
  return measure(() => redactPart(1));
};

const measureResume = async (): Promise<Run> => {
  await resume({}, contextOf(300_000));
  const run = await measure(() => resume({}, contextOf(300_000)));
  // A query that finds nothing is billed as half a unit, which the emulator leaves out.
  return { ...run, readUnits: Math.max(0.5, run.readUnits) };
};

const count = (type: string) => assembly.resources(type).length;
/** An alarm that adds up metrics is paid for each of them. */
const alarmedMetrics = () =>
  assembly
    .resources('AWS::CloudWatch::Alarm')
    .map((alarm) =>
      alarm.properties(z.object({ Metrics: z.array(z.object({ MetricStat: z.unknown().optional() })).optional() })),
    )
    .reduce((total, { Metrics }) => total + (Metrics?.filter(({ MetricStat }) => MetricStat).length ?? 1), 0);
const memoryOf = (folder: string) => limitsOf(assembly, folder).memoryMb;

try {
  const resumed = await measureResume();
  const redacted = await measureRedaction();
  const month: Line[] = [
    ...linesOfMonth({
      keys: count('AWS::KMS::Key'),
      alarms: alarmedMetrics(),
      dashboards: count('AWS::CloudWatch::Dashboard'),
      // What erasure/resume tells each minute; the others cost as much in a month in which something happens.
      metrics: 3,
      scheduledRuns: minutesInMonth,
    }),
    ...linesOfRuns(minutesInMonth, resumed, secondsOf.resume, memoryOf('erasure/resume')),
  ];
  const singles: Line[] = [
    ...linesOfRequests(redactions),
    ...linesOfRuns(redactions, redacted, secondsOf.redaction, memoryOf('intercom/redact')),
  ];
  print({
    tables: {
      'A month in which nothing happens': tableOf(month),
      [`${redactions} redactions of a part of ${parts}, each with an Idempotency-Key`]: tableOf(singles),
    },
    bars: [],
  });
} finally {
  await emulator.stop();
}
