import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { handler as resume } from '../../../functions/erasure/resume/handler.ts';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { acceptance } from '../../support/acceptance.ts';
import { documentOf } from '../../support/augno-documents.ts';
import { contextOf } from '../../support/call.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { expungeApi, imported } from '../../support/endpoints.ts';
import { type Attempt, awsError, killAfter, withFaults } from '../../support/faults.ts';
import { metricsOf } from '../../support/metrics.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-resume');
});

const run = (remaining = 290_000) => resume({}, contextOf(remaining));
const isAcceptance = ({ command, input }: Attempt) =>
  command === 'UpdateItemCommand' && acceptance.test(String(input.UpdateExpression));

const isRequest = ({ command, input }: Attempt) => command === 'PutItemCommand' && JSON.stringify(input).includes('R#');

/** A redaction that died once it was accepted, or after what else is given, that many minutes ago. */
const abandoned = async (minutes: number, last = isAcceptance, parts?: (id: string) => string[]) => {
  const id = await imported(key, documentOf(3));
  await withFaults(killAfter(last), () => expungeApi.redact(key, id, parts && { parts: parts(id) }));
  const [entry] = (await everyItem()).filter(({ pk, sk }) => String(pk).includes(id) && String(sk).startsWith('R#'));
  await documents.send(
    new UpdateCommand({
      TableName: requireEnv('TABLE_NAME'),
      Key: { pk: entry!.pk, sk: entry!.sk },
      UpdateExpression: 'SET openedAt = :then, requestedAt = :then',
      ExpressionAttributeValues: { ':then': Date.now() - minutes * 60_000 },
    }),
  );
  return id;
};
const stateOf = async (id: string) => (await expungeApi.redactions(key, id)).body.data[0].state;

describe('the schedule that resumes', () => {
  it('has nothing to do where nothing is open', async () => {
    await expungeApi.redact(key, await imported(key, documentOf(1)));
    expect(await run()).toEqual({ resumed: 0 });
  });

  it('finishes what was abandoned, leaves what may still run, and says how many', async () => {
    const old = [await abandoned(10), await abandoned(2)];
    const young = await abandoned(0);

    expect(await run()).toEqual({ resumed: 2 });

    for (const id of old) {
      expect(await stateOf(id)).toBe('completed');
      expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
    }
    expect(await stateOf(young)).not.toBe('completed');
    expect((await itemsWith(`canary body of mg_${young}`)).length).toBe(3);
    expect(await run()).toEqual({ resumed: 0 });
  });

  it('begins nothing that it could not end in the time that is left', async () => {
    const id = await abandoned(10);
    expect(await run(20_000)).toEqual({ resumed: 0 });
    expect(await stateOf(id)).not.toBe('completed');
    await run();
    expect(await stateOf(id)).toBe('completed');
  });

  it('goes on behind one that fails, and logs ids and names alone', async () => {
    const failing = await abandoned(20);
    const waiting = await abandoned(10);
    const logs = await captureLogs(async () => {
      const resumed = withFaults(
        ({ command, input }) =>
          command === 'BatchWriteItemCommand' && JSON.stringify(input).includes(failing)
            ? { throwBefore: awsError('ValidationException canary message') }
            : undefined,
        run,
      );
      // The alarm of the function rings by it.
      await expect(resumed).rejects.toThrow('1 of the open redactions could not be resumed');
    });
    expect(await stateOf(waiting)).toBe('completed');
    expect(logs).toContain('redaction not resumed');
    expect(logs).not.toContain('canary body');
    await run();
    expect(await stateOf(failing)).toBe('completed');
  });

  it('waits for a hold to be released', async () => {
    const id = await abandoned(10);
    await expungeApi.hold(key, id, true);
    await run();
    expect(await stateOf(id)).toBe('halted');
    expect((await itemsWith(`canary body of mg_${id}`)).length).toBe(3);
    await expungeApi.hold(key, id, false);
    await run();
    expect(await stateOf(id)).toBe('completed');
    expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
  });

  it('refuses what was asked for before a hold and not accepted, as its caller would have been, and raises no alarm', async () => {
    const id = await abandoned(10, isRequest, (named) => [`mg_${named}_0`]);
    await expungeApi.hold(key, id, true);
    expect(await run()).toEqual({ resumed: 1 });
    expect(await stateOf(id)).toBe('refused');
    expect((await itemsWith(`canary body of mg_${id}`)).length).toBe(3);
    expect(await run()).toEqual({ resumed: 0 });
  });

  it('tells how many stay open and since when, those that a hold halts apart, and that there is none', async () => {
    expect(await metricsOf(run)).toEqual({ RedactionsOpen: 0, RedactionsHalted: 0, OldestOpenRedactionAge: 0 });

    const [held, finished, failing, left] = [
      await abandoned(90),
      await abandoned(40),
      await abandoned(30),
      await abandoned(20),
    ];
    await expungeApi.hold(key, held, true);
    // After that one the time is short.
    let late = false;
    const failingOnly = ({ command, input }: Attempt) => {
      if (command !== 'BatchWriteItemCommand' || !JSON.stringify(input).includes(failing)) return undefined;
      late = true;
      return { throwBefore: awsError('ValidationException') };
    };
    const context = { ...contextOf(), getRemainingTimeInMillis: () => (late ? 20_000 : 290_000) };
    const metrics = await metricsOf(() =>
      withFaults(failingOnly, () => expect(resume({}, context)).rejects.toThrow('could not be resumed')),
    );

    expect(await stateOf(finished)).toBe('completed');
    expect(await stateOf(left)).not.toBe('completed');
    expect(metrics).toMatchObject({ RedactionsCompleted: 1, RedactionsOpen: 2, RedactionsHalted: 1 });
    expect(metrics['OldestOpenRedactionAge']).toBeOneOf([30 * 60, 30 * 60 + 1]);
    await expungeApi.hold(key, held, false);
    await run();
  });

  it('may run twice at the same time', async () => {
    const id = await abandoned(10);
    await Promise.all([run(), run(), run()]);
    expect(await stateOf(id)).toBe('completed');
    expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
  });
});
