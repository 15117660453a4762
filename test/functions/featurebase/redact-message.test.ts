import { beforeAll, describe, expect, it } from 'vitest';
import { handler as redactAll } from '../../../functions/expunge/redact-conversation/handler.ts';
import { ledger } from '../../../functions/stores.ts';
import { call } from '../../support/call.ts';
import { killAfter, Killed, withFaults } from '../../support/faults.ts';
import { callsWith, errorOf } from '../../support/featurebase-calls.ts';
import { conversation, message, messagesOf } from '../../support/featurebase-documents.ts';
import { itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-a');
});

const { imported, read, redact } = callsWith(() => key);
const entryOf = (id: string, headers: Record<string, string>) =>
  ledger.read({ tenantId: 'tenant-a', conversationId: `featurebase:${id}`, id: headers['redaction-id']! });

describe('the redaction of a message, repeated', () => {
  it('succeeds on a message that is redacted already, and leaves it as it is', async () => {
    const id = await imported(messagesOf(2));
    const first = await redact(id, '1');
    const again = await redact(id, '1');
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await entryOf(id, again.headers)).toMatchObject({ state: 'completed', cells: 0 });
  });

  it('succeeds on a message that Featurebase had redacted before the import', async () => {
    const document = conversation([message('1', 'user_msg', { bodyHtml: '', bodyMarkdown: '', redacted: true })]);
    const id = await imported(document);
    expect((await redact(id, '1')).body.conversationParts).toEqual(document.conversationParts);
  });

  it('takes up with the same key what an attempt that died had begun', async () => {
    const id = await imported(messagesOf(1));
    const headers = { 'idempotency-key': 'killed' };
    let erased = false;
    const died = await withFaults(
      ({ command, input }) => {
        erased ||= command === 'BatchWriteItemCommand';
        const settles = command === 'UpdateItemCommand' && String(input.Key.sk.S ?? input.Key.sk).startsWith('R#');
        return erased && settles ? { throwBefore: new Killed() } : undefined;
      },
      () => redact(id, '1', { headers }),
    );
    expect(died.body).toEqual(errorOf(500, 'internal_error', 'Something went wrong', undefined, 'api_error'));

    const retried = await redact(id, '1', { headers });

    expect(retried).toMatchObject({ status: 200, headers: { 'redaction-state': 'completed' } });
    expect(await entryOf(id, retried.headers)).toMatchObject({ cells: 1, verified: true });
  });

  it('erases what a redaction of everything has masked and not yet destroyed', async () => {
    const id = await imported(conversation([message('1', 'user_msg', { bodyMarkdown: 'canary-masked' })]));
    const accepted = killAfter(({ command, input }) => {
      const guards = command === 'UpdateItemCommand' && (input.Key.sk.S ?? input.Key.sk) === 'GUARD';
      return guards && JSON.stringify(input).includes('clearedThrough');
    });
    await withFaults(accepted, () =>
      call(redactAll, { key, path: { id: `featurebase:${id}` }, body: { scope: 'conversation' } }),
    );
    expect((await read(id)).text).not.toContain('canary-masked');
    expect(await itemsWith('canary-masked')).toHaveLength(1);

    const answer = await redact(id, '1');

    expect(await itemsWith('canary-masked')).toEqual([]);
    expect(await entryOf(id, answer.headers)).toMatchObject({ state: 'completed', cells: 1, verified: true });
  });
});
