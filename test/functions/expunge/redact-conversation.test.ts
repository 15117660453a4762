import { beforeAll, describe, expect, it } from 'vitest';
import { guards } from '../../../functions/stores.ts';
import {
  actor,
  attachment,
  conversation,
  documentOf,
  freshId,
  listOf,
  message,
} from '../../support/augno-documents.ts';
import { augnoApi, everyPart, expungeApi, imported, wholeConversation } from '../../support/endpoints.ts';
import { captureLogs } from '../../support/capture-logs.ts';
import { acceptance } from '../../support/acceptance.ts';
import { type Attempt, awsError, killAfter, withFaults } from '../../support/faults.ts';
import { everyItem, itemsWith, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-redact');
});

const standing = async () => JSON.stringify(await everyItem());
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe('POST /v1/conversations/{id}/actions/redact', () => {
  it('redacts the whole conversation and answers with the ledger entry', async () => {
    const id = await imported(key, documentOf(3));

    const answer = await expungeApi.redact(key, id, { ...wholeConversation, reason: 'DSAR-2026.11_17' });

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      object: 'redaction',
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      conversationId: `augno:${id}`,
      state: 'completed',
      scope: 'conversation',
      partIds: null,
      parts: 3,
      erased: 3,
      chunks: null,
      reason: 'DSAR-2026.11_17',
      actingAs: null,
      actor: expect.stringMatching(/^key_[0-9a-f]{12}$/),
      requestId: answer.headers['x-request-id'],
      requestedAt: expect.stringMatching(time),
      acceptedAt: expect.stringMatching(time),
      startedAt: null,
      completedAt: expect.stringMatching(time),
      verified: true,
      failures: 0,
      lastFailure: null,
    });
    expect(answer.headers).toMatchObject({
      'redaction-id': answer.body.id,
      'redaction-state': 'completed',
      link: `</v1/conversations/augno%3A${id}/redactions/${answer.body.id}>; rel="monitor"`,
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
    });
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
  });

  it('leaves no canary in any item of any table, in any answer, nor in a log line: free text of the conversation included', async () => {
    const own = await keyOf('tenant-all-content');
    const id = freshId('cv');
    const document = {
      conversation: conversation(id, {
        title: 'canary-title',
        group: { id: 'cvgp_1', object: 'messaging_group', name: 'canary-group-name', members: ['canary-member'] },
        participants: listOf([
          { id: 'cvpt_1', actor: actor('acus_ada'), agent_trigger_keywords: ['canary-keyword'], note: 'canary-remark' },
        ]),
        last_message: message('mg_last', 9, { body: 'canary-preview' }),
        custom: { deep: ['canary-custom'] },
      }),
      messages: [
        message('mg_plain', 1, { body: 'canary-body', subject: 'canary-subject' }),
        message('mg_file', 2, { body: null, attachments: listOf([attachment('mgah_1', 'canary-file.pdf')]) }),
        message('mg_unknown', 3, { reactions: [{ text: 'canary-reaction' }], translated: { de: 'canary-de' } }),
        message('mg_reply', 4, { reply_to: { id: 'mg_plain', body: 'canary-quote' } }),
        message('mg_run', 5, { agent_run: { id: 'agrn_1', prompt: 'canary-prompt' } }),
        message('mg_client', 6, { client_message_id: 'canary client id' }),
        message('mg_within', 7, { conversation: { id, title: 'canary-inner-title' } }),
        message('mg_subject_only', 8, { body: null, subject: 'canary-only-subject' }),
        message('mg_draft', null, { body: 'canary-draft' }),
      ],
    };

    const logs = await captureLogs(async () => {
      expect((await expungeApi.import(own, document)).status).toBe(201);
      expect((await itemsWith('canary-', 'canary client')).length).toBe(8);
      const answer = await expungeApi.redact(
        own,
        id,
        { ...wholeConversation, reason: 'gdpr-17' },
        { headers: { 'idempotency-key': 'k' } },
      );
      expect(answer.body).toMatchObject({ state: 'completed', verified: true });
      expect(answer.text).not.toContain('canary');
      expect((await expungeApi.redact(own, id, { ...wholeConversation, reason: 'canary is a sentence' })).status).toBe(
        400,
      );
    });

    expect(await itemsWith('canary-', 'canary client')).toEqual([]);
    expect(logs).not.toContain('canary');
    const include =
      'sender,author,resource,attachments,attachments.resource,conversation,conversation.participants,reply_to,reply_to.attachments,agent_run';
    for (const answer of [
      await expungeApi.get(own, id),
      await expungeApi.redactions(own, id),
      await augnoApi.get(own, id, { include: 'group,participants,last_message,assignee,topic' }),
      await augnoApi.messages(own, id, { include }),
    ]) {
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('canary');
    }
  });

  it('leaves structure, people and every other conversation as they are', async () => {
    const own = await keyOf('tenant-redact-bytes');
    const other = await imported(own, documentOf(3));
    const id = await imported(own, documentOf(3));
    const kept = async () =>
      (await everyItem())
        .filter(({ pk }) => String(pk).startsWith('T#tenant-redact-bytes#C#'))
        .filter(({ pk, sk }) => String(pk).includes(other) || /^(P#|W#|META|ID)/.test(String(sk)))
        .map((item) => JSON.stringify(item))
        .toSorted();
    const before = await kept();
    expect(before.length).toBeGreaterThan(15);
    await expungeApi.redact(own, id);
    expect(await kept()).toEqual(before);
  });

  it('covers a conversation without parts, and one that is redacted already', async () => {
    const id = await imported(key, documentOf(0));
    expect((await expungeApi.redact(key, id)).body).toMatchObject({ state: 'completed', parts: 0 });
    expect(await itemsWith(id).then((items) => items.filter(({ content }) => content !== undefined))).toEqual([]);
    const again = await expungeApi.redact(key, id);
    expect(again).toMatchObject({ status: 200, body: { state: 'completed', verified: true } });
    expect((await expungeApi.redactions(key, id)).body.data).toHaveLength(2);
  });
});

describe('a redaction of named parts', () => {
  it('erases these, all that they hold, and nothing else', async () => {
    const document = documentOf(4);
    document.messages[1]!.subject = 'canary subject' as never;
    const id = await imported(key, document);
    const partIds = [`mg_${id}_3`, `mg_${id}_1`];

    const answer = await expungeApi.redact(key, id, { parts: [...partIds, partIds[0]], reason: 'spam' });

    expect(answer.body).toEqual({
      object: 'redaction',
      id: expect.any(String),
      conversationId: `augno:${id}`,
      state: 'completed',
      scope: 'parts',
      partIds,
      parts: 2,
      erased: 2,
      chunks: null,
      reason: 'spam',
      actingAs: null,
      actor: expect.any(String),
      requestId: answer.headers['x-request-id'],
      requestedAt: expect.stringMatching(time),
      acceptedAt: expect.stringMatching(time),
      startedAt: null,
      completedAt: expect.stringMatching(time),
      verified: true,
      failures: 0,
      lastFailure: null,
    });
    const [first, second, third, fourth] = await everyPart(key, id);
    expect([first.part, third.part]).toEqual([document.messages[0], document.messages[2]]);
    const at = answer.body.acceptedAt;
    const gone = { body: null, subject: null, edited_at: at, updated_at: at };
    expect(second).toMatchObject({ redactedAt: at, part: { ...document.messages[1], ...gone } });
    expect(fourth).toMatchObject({ redactedAt: at, part: { ...document.messages[3], ...gone } });
    expect(await itemsWith(`canary body of mg_${id}_1`, `canary body of mg_${id}_3`)).toEqual([]);
    expect((await expungeApi.get(key, id)).body.document.title).toBe('canary title');
  });

  it('takes 100 parts', async () => {
    const document = documentOf(101);
    const id = await imported(key, document);
    const parts = document.messages.slice(0, 100).map((sent) => sent.id);
    expect((await expungeApi.redact(key, id, { parts })).body).toMatchObject({ parts: 100, verified: true });
    expect((await itemsWith(`canary body of mg_${id}`)).length).toBe(1);
  });

  it('erases again what is erased already, and a later whole redaction takes the rest', async () => {
    const id = await imported(key, documentOf(2));
    const parts = [`mg_${id}_0`];
    await expungeApi.redact(key, id, { parts });
    expect((await expungeApi.redact(key, id, { parts })).body.state).toBe('completed');
    await expungeApi.redact(key, id);
    expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
  });

  it('brings nothing back when these are imported or appended again', async () => {
    const document = documentOf(2);
    const id = await imported(key, document);
    await expungeApi.redact(key, id, { parts: [`mg_${id}_0`] });
    await expungeApi.import(key, document);
    await expungeApi.append(key, id, document.messages);
    expect((await everyPart(key, id)).map(({ part }) => part.body)).toEqual([null, `canary body of mg_${id}_1`]);
  });

  it.each([
    ['unknown', () => ['mg_nobody']],
    ["another conversation's", () => [`mg_${other}_0`]],
    ['unknown beside known ones', (id: string) => [`mg_${id}_0`, 'mg_nobody']],
  ])('that are %s are not found, and nothing changes', async (_, partIds) => {
    const id = await imported(key, documentOf(1));
    const before = await standing();
    const answer = await expungeApi.redact(key, id, { parts: partIds(id) });
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual({
      error: {
        code: 'part_not_found',
        message: 'There is no such part in the conversation',
        parameter: null,
        requestId: answer.headers['x-request-id'],
      },
    });
    expect(await standing()).toBe(before);
  });
  const other = freshId('cv');
  beforeAll(() => imported(key, documentOf(1, other)));

  it('that stand only as an id, after a crash, are not found', async () => {
    const document = documentOf(1);
    const { id } = document.conversation;
    const isPartId = ({ command, input }: Attempt) =>
      command === 'PutItemCommand' && (input.Item.sk.S ?? input.Item.sk) === 'ID';
    await withFaults(killAfter(isPartId), () => expungeApi.import(key, document));
    expect((await expungeApi.redact(key, id, { parts: [`mg_${id}_0`] })).status).toBe(404);
  });
});

describe('a key whose first request failed', () => {
  const headers = { 'idempotency-key': 'try-1' };
  const afterTheEntry = ({ command, input }: Attempt) =>
    command === 'PutItemCommand' && String(input.Item?.sk?.S ?? input.Item?.sk).startsWith('R#');

  it('does not answer another request with what the first had asked for', async () => {
    const id = await imported(key, documentOf(2));
    const busy = { throwBefore: awsError('ServiceUnavailable') };
    let entered = false;
    const first = await withFaults(
      (attempt) => {
        if (attempt.command === 'UpdateItemCommand' && entered) return busy;
        entered ||= afterTheEntry(attempt);
        return undefined;
      },
      () => expungeApi.redact(key, id, { parts: [`mg_${id}_0`] }, { headers }),
    );
    expect(first.status).toBe(503);

    const second = await expungeApi.redact(key, id, wholeConversation, { headers });

    // Either is honest: the whole conversation is redacted, or the key is refused.
    if (second.status === 200) {
      expect(second.body.scope).toBe('conversation');
      expect(await itemsWith(`canary body of mg_${id}`)).toEqual([]);
    } else {
      expect(second).toMatchObject({ status: 422, body: { error: { code: 'idempotency_key_reused' } } });
    }
  });
});

describe('an acknowledging write whose answer is lost', () => {
  it('is no refusal when a hold comes before it is tried again', async () => {
    const id = await imported(key, documentOf(2));
    const isGuardUpdate = ({ command, input }: Attempt) =>
      command === 'UpdateItemCommand' &&
      (input.Key?.sk?.S ?? input.Key?.sk) === 'GUARD' &&
      acceptance.test(input.UpdateExpression);
    let tries = 0;
    const answer = await withFaults(
      (attempt) => {
        if (!isGuardUpdate(attempt)) return undefined;
        tries++;
        if (tries === 1) return { throwAfter: Object.assign(awsError('TimeoutError'), { $retryable: {} }) };
        return tries === 2
          ? { before: () => guards.setLegalHold('tenant-redact', `augno:${id}`, true, Date.now()) }
          : undefined;
      },
      () => expungeApi.redact(key, id),
    );
    expect(tries).toBeGreaterThan(1);
    const [entry] = (await expungeApi.redactions(key, id)).body.data;
    const masked = (await everyPart(key, id)).every(({ part }) => part.body === null);
    // Masked and open, to go on when the hold is released; or refused, and everything to be read.
    expect([answer.status, entry.state, masked]).toEqual(masked ? [200, 'halted', true] : [409, 'refused', false]);
  });
});
