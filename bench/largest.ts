import { timeToAnswer } from '../shared/http/entry.ts';
import { documents } from '../shared/clients.ts';
import { partsAtMost, peopleAtMost } from '../shared/conversations/limits.ts';
import { requireEnv } from '../shared/env.ts';
import { apiKeyStore } from '../shared/tenants/api-key-store.ts';
import type { Assembly } from '../infra/local/template.ts';
import { tenantId } from './conversations.ts';
import { limitsOf } from './function-limits.ts';
import { type MakerName, makers } from './largest-documents.ts';
import { interleave, median } from './measure.ts';
import { startChild } from './processes/child.ts';
import type { LargestRequest } from './processes/largest.ts';
import type { Answer } from './report.ts';

const rounds = 3;

/** A conversation itself names a few more. */
const people = peopleAtMost - 10;

/** Megabytes that buy one vCPU: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html */
const megabytesPerCpu = 1_769;

const endpoints = [
  { endpoint: 'import', folder: 'expunge/import-conversation' },
  { endpoint: 'append', folder: 'expunge/append-parts' },
] as const;

/** In a fresh process each time, as a cold start is, so that nothing is compiled yet. */
const measure = async (request: LargestRequest) => {
  const child = await startChild<{ bytes: number; cpu: number }>('./largest.ts');
  try {
    return await child.ask(request);
  } finally {
    await child.stop();
  }
};

/** The CPU that the largest import and append take, against what their functions have until they must answer. */
export const measureLargest = async (assembly: Assembly): Promise<Answer> => {
  const { key } = await apiKeyStore(documents, requireEnv('TABLE_NAME')).create(
    tenantId,
    ['messaging:create'],
    new Date(),
  );
  const rows = [];
  const bars = [];
  for (const { endpoint, folder } of endpoints) {
    const { memoryMb, timeoutMs } = limitsOf(assembly, folder);
    const cpuSeconds = (((timeoutMs - timeToAnswer) / 1000) * memoryMb) / megabytesPerCpu;
    const request = { key, endpoint, parts: partsAtMost, people };
    const names = Object.keys(makers) as MakerName[];
    // An append lists at most 500 documents, and only a chat has many parts in one.
    const asked = endpoint === 'import' ? names : names.filter((name) => 'appended' in makers[name]);
    const measured = await interleave(
      rounds,
      Object.fromEntries(asked.map((name) => [name, () => measure({ ...request, documents: name })])),
    );
    const taken = asked.map((name) => ({
      name,
      megabytes: measured[name]![0]!.bytes / 1024 ** 2,
      seconds: median(measured[name]!.map(({ cpu }) => cpu / 1000)),
    }));
    for (const { name, megabytes, seconds } of taken)
      rows.push({
        request: endpoint,
        documents: name,
        parts: partsAtMost,
        people,
        MB: megabytes,
        'CPU s': seconds,
      });
    bars.push({
      what: `CPU seconds of the largest ${endpoint}, at ${memoryMb} MB`,
      value: Math.max(...taken.map(({ seconds }) => seconds)),
      atMost: cpuSeconds,
    });
  }
  return { tables: { [`The largest requests (medians of ${rounds} rounds)`]: rows }, bars };
};
