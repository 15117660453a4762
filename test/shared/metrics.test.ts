import { beforeAll, describe, expect, it } from 'vitest';
import { ledger } from '../../functions/stores.ts';
import { documentOf } from '../support/augno-documents.ts';
import { captureLogs } from '../support/capture-logs.ts';
import { augnoApi, expungeApi, imported } from '../support/endpoints.ts';
import { awsError, withFaults } from '../support/faults.ts';
import { metricLines, metricsOf } from '../support/metrics.ts';
import { conversationOf, now, readEntry, redactAll, requestKey } from '../support/redactions.ts';
import { keyOf } from '../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-metrics');
});

const oneRedaction = (parts: number) => ({
  RedactionsAccepted: 1,
  RedactionsCompleted: 1,
  PartsErased: parts,
  TimeToCompletion: expect.any(Number),
});

describe('the metrics of a redaction', () => {
  it('are one line of counts and times, with no id and no content in it', async () => {
    const id = await imported(key, documentOf(3));
    const lines = await metricLines(() => expungeApi.redact(key, id));
    const { _aws } = lines[0] as { _aws: { Timestamp: number } };
    expect(lines).toEqual([
      {
        _aws: {
          Timestamp: expect.any(Number),
          CloudWatchMetrics: [
            {
              Namespace: 'Expunge/test',
              Dimensions: [['service']],
              Metrics: [
                { Name: 'RedactionsAccepted', Unit: 'Count' },
                { Name: 'RedactionsCompleted', Unit: 'Count' },
                { Name: 'PartsErased', Unit: 'Count' },
                { Name: 'TimeToCompletion', Unit: 'Milliseconds' },
              ],
            },
          ],
        },
        service: 'expunge',
        ...oneRedaction(3),
      },
    ]);
    const { body } = await expungeApi.redactions(key, id);
    const [{ requestedAt, completedAt }] = body.data;
    expect(lines[0]?.['TimeToCompletion']).toBe(Date.parse(completedAt) - Date.parse(requestedAt));
    expect(_aws.Timestamp).toBeGreaterThanOrEqual(Date.parse(completedAt));
  });

  it('are not counted again when the request is repeated', async () => {
    const id = await imported(key, documentOf(2));
    const headers = { 'idempotency-key': `metrics-${id}` };
    expect(await metricsOf(() => augnoApi.redact(key, id, { headers }))).toEqual(oneRedaction(2));
    expect(await metricLines(() => augnoApi.redact(key, id, { headers }))).toEqual([]);
  });

  it('are counted once when two attempts accept and settle the same one', async () => {
    const id = await conversationOf(2);
    const { redactionId } = await redactAll(id, {}, requestKey());
    const entry = await readEntry(id, redactionId);
    const late = await metricLines(async () => {
      await ledger.accept({ ...entry, acceptedAt: undefined }, { acceptedAt: now() });
      await ledger.complete(entry, { completedAt: now(), cells: 2, verified: true });
      // What is recorded is printed by the next invocation.
      await expungeApi.get(key, 'cv_none');
    });
    expect(
      late.map(({ RedactionsAccepted, RedactionsCompleted }) => [RedactionsAccepted, RedactionsCompleted]),
    ).toEqual(
      // Of the walk above, which ran outside of an invocation.
      [[1, 1]],
    );
  });

  it('tell of one that a legal hold refuses, and of nothing else', async () => {
    const id = await imported(key, documentOf(2));
    await expungeApi.hold(key, id, true);
    expect(await metricsOf(() => expungeApi.redact(key, id))).toEqual({ RedactionsRefusedByHold: 1 });
  });

  it('are printed too when the request fails half-way', async () => {
    const id = await imported(key, documentOf(2));
    const fails = () =>
      withFaults(
        ({ command }) => (command === 'BatchWriteItemCommand' ? { throwBefore: awsError('Broken') } : undefined),
        () => expungeApi.redact(key, id),
      );
    expect(await metricsOf(fails)).toEqual({ RedactionsAccepted: 1 });
  });

  it('are not printed, and not missed, where nothing was measured', async () => {
    const id = await imported(key, documentOf(1));
    expect(await captureLogs(async () => void (await expungeApi.get(key, id)))).toBe('');
  });
});
