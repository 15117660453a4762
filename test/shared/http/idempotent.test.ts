import { GetCommand, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { documents } from '../../../shared/clients.ts';
import { requireEnv } from '../../../shared/env.ts';
import { documentOf, freshId, message } from '../../support/augno-documents.ts';
import type { Answer } from '../../support/call.ts';
import { augnoApi, everyPart, expungeApi, imported } from '../../support/endpoints.ts';
import { type Attempt, awsError, withFaults } from '../../support/faults.ts';
import { deployedOn, restoredCopy } from '../../support/restored-table.ts';
import { everyItem, itemsWith, keyOf, type Item } from '../../support/tables.ts';

const tenantId = 'tenant-once';
let key: string;
beforeAll(async () => {
  key = await keyOf(tenantId);
});

const withKey = (idempotencyKey: string) => ({ headers: { 'idempotency-key': idempotencyKey } });
const standing = async () => JSON.stringify(await everyItem());

const records = async (): Promise<Item[]> =>
  (await documents.send(new ScanCommand({ TableName: requireEnv('IDEMPOTENCY_TABLE_NAME'), ConsistentRead: true })))
    .Items ?? [];

/** The records that came of what was run. */
const recordsOf = async (run: () => Promise<unknown>): Promise<Item[]> => {
  const before = new Set((await records()).map(({ id }) => id));
  await run();
  return (await records()).filter(({ id }) => !before.has(id));
};

/** Every writing endpoint: a request that takes effect, another one for the same key, and who words the refusal. */
const endpoints: {
  route: string;
  wording: 'augno' | 'expunge';
  send: (id: string, idempotencyKey: string, tenantKey?: string) => Promise<Answer>;
  another: (id: string, idempotencyKey: string) => Promise<Answer>;
}[] = [
  {
    route: 'POST /v1/messaging/conversations/{id}/actions/redact',
    wording: 'augno',
    send: (id, own, tenantKey = key) => augnoApi.redact(tenantKey, id, withKey(own)),
    another: async (_, own) => augnoApi.redact(key, await imported(key, documentOf(1)), withKey(own)),
  },
  {
    route: 'POST /v1/messaging/conversations/{id}/actions/set-legal-hold',
    wording: 'augno',
    send: (id, own, tenantKey = key) => augnoApi.hold(tenantKey, id, 'held', withKey(own)),
    another: (id, own) => augnoApi.hold(key, id, 'released', withKey(own)),
  },
  {
    route: 'POST /v1/conversations/{id}/actions/redact',
    wording: 'expunge',
    send: (id, own, tenantKey = key) => expungeApi.redact(tenantKey, id, undefined, withKey(own)),
    another: (id, own) => expungeApi.redact(key, id, { parts: [`mg_${id}_0`] }, withKey(own)),
  },
  {
    route: 'PUT /v1/conversations/{id}/legal-hold',
    wording: 'expunge',
    send: (id, own, tenantKey = key) => expungeApi.hold(tenantKey, id, true, withKey(own)),
    another: (id, own) => expungeApi.hold(key, id, false, withKey(own)),
  },
  {
    route: 'POST /v1/conversations/{id}/parts',
    wording: 'expunge',
    send: (id, own, tenantKey = key) => expungeApi.append(tenantKey, id, [message('mg_appended', 9)], withKey(own)),
    another: (id, own) => expungeApi.append(key, id, [message('mg_other', 9)], withKey(own)),
  },
  {
    route: 'POST /v1/conversations',
    wording: 'expunge',
    send: (id, own, tenantKey = key) => expungeApi.import(tenantKey, documentOf(3, id), withKey(own)),
    another: (id, own) => expungeApi.import(key, documentOf(4, id), withKey(own)),
  },
];

describe.each(endpoints)('an idempotency key on $route', ({ route, wording, send, another }) => {
  it('makes the same request take effect once, and marks the second answer', async () => {
    const id = await imported(key, documentOf(2));
    const own = freshId('key');
    const first = await send(id, own);
    expect(first.status).toBe(200);
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    const before = await standing();

    const second = await send(id, own);

    expect(second.status).toBe(200);
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(second.body).toEqual(first.body);
    expect(second.headers['redaction-id']).toBe(first.headers['redaction-id']);
    expect(await standing()).toBe(before);
  });

  it('refuses it with another request, in the words of the API, and changes nothing', async () => {
    const id = await imported(key, documentOf(2));
    const own = freshId('key');
    await send(id, own);
    await another(id, freshId('warm-up'));
    const count = (await everyItem()).length;

    const answer = await another(id, own);

    if (wording === 'augno') {
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual({
        error: {
          code: 'validation_failed',
          type: 'idempotency_error',
          message: `Idempotency key '${own}' was used with different request parameters; use a new key.`,
          param: null,
          doc_url: 'https://docs.augno.com/api/errors#validation_failed',
          is_transient: false,
          quota: null,
          request_log_url: null,
        },
      });
    } else {
      expect(answer.status).toBe(422);
      expect(answer.body).toEqual({
        error: {
          code: 'idempotency_key_reused',
          message: 'The idempotency key was used with another request',
          parameter: null,
          requestId: answer.headers['x-request-id'],
        },
      });
    }
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
    // Augno's other request brings a conversation of its own: five items, its one message's cell among them.
    expect((await everyItem()).length - count).toBe(
      route.endsWith('messaging/conversations/{id}/actions/redact') ? 8 : 0,
    );
  });

  it('stores ids, counts and a hash, never a response and no content', async () => {
    const id = await imported(key, documentOf(2));
    const [record, ...others] = await recordsOf(() => send(id, 'a-key-that-is-not-stored'));
    expect(others).toEqual([]);
    expect(Object.keys(record!).toSorted()).toEqual(
      expect.arrayContaining(['data', 'expiration', 'id', 'status', 'validation']),
    );
    const text = JSON.stringify(record);
    expect(text).not.toMatch(/canary|a-key-that-is-not-stored|Ada|Noor|chat_message/);
    expect(text.length).toBeLessThan(700);
    const allowed = ['redactionId', 'conversationId', 'state', 'acceptedAt', 'held', 'added', 'existing', 'created'];
    expect(Object.keys(record!.data as Item).filter((name) => !allowed.includes(name))).toEqual([]);
    expect(record).toMatchObject({ status: 'COMPLETED', data: expect.any(Object) });
    const days = (Number(record!.expiration) - Date.now() / 1000) / 86_400;
    expect(days).toBeGreaterThan(29.9);
    expect(days).toBeLessThan(30.001);
  });

  it('never meets the same key of another tenant', async () => {
    const other = await keyOf('tenant-once-other');
    const document = documentOf(2);
    const [id, own] = [document.conversation.id, freshId('key')];
    await imported(key, document);
    await imported(other, document);
    expect((await send(id, own)).headers['idempotent-replayed']).toBeUndefined();
    const theirs = await send(id, own, other);
    expect(theirs.status).toBe(200);
    expect(theirs.headers['idempotent-replayed']).toBeUndefined();
  });

  it('takes effect once for many at the same time; the others are told so', async () => {
    const id = await imported(key, documentOf(3));
    const own = freshId('key');

    const answers = await Promise.all(Array.from({ length: 50 }, () => send(id, own)));

    const ran = answers.filter(({ status, headers }) => status === 200 && !headers['idempotent-replayed']);
    const told = answers.filter(({ status }) => status === 409);
    const replayed = answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true');
    expect([ran.length, ran.length + told.length + replayed.length]).toEqual([1, 50]);
    expect(told.length).toBeGreaterThan(0);
    const { error } = told[0]!.body;
    expect(error).toMatchObject(
      wording === 'augno'
        ? {
            code: 'idempotency_in_progress',
            type: 'idempotency_error',
            message: `Request for the idempotency key '${own}' is already being processed.`,
            is_transient: true,
          }
        : { code: 'idempotency_in_progress', message: 'A request with this idempotency key is being processed' },
    );
    const { data } = (await expungeApi.redactions(key, id)).body;
    expect(data.length).toBe(route.endsWith('redact') ? 1 : 0);
    expect((await send(id, own)).headers['idempotent-replayed']).toBe('true');
  });

  it('is free again after a request that failed', async () => {
    const id = await imported(key, documentOf(2));
    const own = freshId('key');
    let failed = 0;
    const answer = await withFaults(
      ({ command, input }: Attempt) => {
        if (command === 'GetItemCommand' || JSON.stringify(input).includes('expiration')) return undefined;
        if (input.TableName === requireEnv('IDEMPOTENCY_TABLE_NAME')) return undefined;
        failed++;
        return { throwBefore: awsError('ServiceUnavailable') };
      },
      () => send(id, own),
    );
    expect([failed > 0, answer.status]).toEqual([true, 503]);
    expect(answer.headers['retry-after']).toBe('1');
    const again = await send(id, own);
    expect(again.status).toBe(200);
    expect(again.headers['idempotent-replayed']).toBeUndefined();
  });
});

describe('a replay', () => {
  it('shows what is there now, and not what was', async () => {
    const id = await imported(key, documentOf(2));
    await augnoApi.hold(key, id, 'held', withKey('hold-once'));
    await augnoApi.hold(key, id, 'released');
    await expungeApi.append(key, id, [message('mg_later', 3, { body: 'canary later' })]);

    const replay = await augnoApi.hold(key, id, 'held', {
      ...withKey('hold-once'),
      query: { include: 'last_message' },
    });

    expect(replay.headers['idempotent-replayed']).toBe('true');
    expect(replay.body).toMatchObject({
      legal_hold: 'released',
      last_message: { id: 'mg_later', body: 'canary later' },
    });
    await augnoApi.redact(key, id);
    const after = await augnoApi.hold(key, id, 'held', { ...withKey('hold-once'), query: { include: 'last_message' } });
    expect(after.headers['idempotent-replayed']).toBe('true');
    expect(after.text).not.toContain('canary later');
  });

  it("of Expunge's hold says what holds now", async () => {
    const id = await imported(key, documentOf(0));
    await expungeApi.hold(key, id, true, withKey('hold-ours'));
    await expungeApi.hold(key, id, false);
    const replay = await expungeApi.hold(key, id, true, withKey('hold-ours'));
    expect(replay).toMatchObject({ body: { held: false }, headers: { 'idempotent-replayed': 'true' } });
    expect((await expungeApi.get(key, id)).body.legalHold).toBe(false);
  });

  it.each(['conversation', 'messages'])('of a redaction (%s) does not redact what came after it', async (scope) => {
    const id = await imported(key, documentOf(2));
    const redact = () =>
      scope === 'messages' ? augnoApi.redact(key, id, withKey(id)) : expungeApi.redact(key, id, undefined, withKey(id));
    const first = await redact();
    await expungeApi.append(key, id, [message('mg_later', 3, { body: `canary later ${id}` })]);

    const replay = await redact();

    expect(replay.headers).toMatchObject({
      'idempotent-replayed': 'true',
      'redaction-id': first.headers['redaction-id'],
    });
    expect((await everyPart(key, id)).map(({ part }) => part.body)).toEqual([null, null, `canary later ${id}`]);
    expect((await itemsWith(`canary later ${id}`)).length).toBe(1);
  });

  it('is refused to a key that may not do it, and found by another key of the tenant', async () => {
    const id = await imported(key, documentOf(1));
    await augnoApi.redact(key, id, withKey('shared'));
    const reader = await keyOf(tenantId, ['messaging:read']);
    expect((await augnoApi.redact(reader, id, withKey('shared'))).status).toBe(403);
    const colleague = await keyOf(tenantId);
    expect((await augnoApi.redact(colleague, id, withKey('shared'))).headers['idempotent-replayed']).toBe('true');
  });

  it('may ask to see something else', async () => {
    const id = await imported(key, documentOf(1));
    await augnoApi.redact(key, id, withKey('see'));
    const replay = await augnoApi.redact(key, id, { ...withKey('see'), query: { include: 'assignee' } });
    expect(replay.headers['idempotent-replayed']).toBe('true');
    expect(replay.body.assignee).toMatchObject({ name: 'Noor Haddad' });
  });
});

describe('keys', () => {
  it('never meet across routes', async () => {
    const id = await imported(key, documentOf(1));
    const answers = [
      await augnoApi.hold(key, id, 'released', withKey('everywhere')),
      await expungeApi.hold(key, id, false, withKey('everywhere')),
      await augnoApi.redact(key, id, withKey('everywhere')),
      await expungeApi.redact(key, id, undefined, withKey('everywhere')),
      await expungeApi.append(key, id, [message('mg_e', 2)], withKey('everywhere')),
      await expungeApi.import(key, documentOf(1, id), withKey('everywhere')),
    ];
    expect(answers.map(({ status, headers }) => [status, headers['idempotent-replayed']])).toEqual(
      answers.map(() => [200, undefined]),
    );
    expect((await expungeApi.redactions(key, id)).body.data).toHaveLength(2);
  });

  it('are the same with the quotes of a structured-field string and blanks around, and without', async () => {
    const id = await imported(key, documentOf(1));
    await expungeApi.redact(key, id, undefined, withKey('quoted-1'));
    for (const spelling of ['"quoted-1"', ' "quoted-1" ', 'quoted-1 ']) {
      const replay = await expungeApi.redact(key, id, undefined, withKey(spelling));
      expect([spelling, replay.headers['idempotent-replayed']]).toEqual([spelling, 'true']);
    }
  });

  it.each([
    ['of one character', 'k'],
    ['of 255 characters', 'k'.repeat(255)],
    ['with signs', "{k}/!#$%&'()*+,:;<=>?@[]^`|~\\"],
  ])('%s are taken', async (_, own) => {
    const id = await imported(key, documentOf(1));
    await expungeApi.hold(key, id, true, withKey(own));
    expect((await expungeApi.hold(key, id, true, withKey(own))).headers['idempotent-replayed']).toBe('true');
  });

  it.each([
    ['empty', ''],
    ['blank', '  '],
    ['empty in quotes', '""'],
    ['of 256 characters', 'k'.repeat(256)],
    ['with a blank inside', 'a b'],
    ['with a control character', 'a\u0000b'],
    ['beyond ASCII', 'schlüssel'],
  ])('%s are refused, and nothing happens', async (_, own) => {
    const id = await imported(key, documentOf(1));
    const before = await standing();
    const ours = await expungeApi.redact(key, id, undefined, withKey(own));
    expect(ours.status).toBe(400);
    expect(ours.body.error).toEqual({
      code: 'invalid_request',
      message: 'Idempotency-Key must be 1 to 255 visible ASCII characters',
      parameter: 'Idempotency-Key',
      requestId: ours.headers['x-request-id'],
    });
    const augnos = await augnoApi.redact(key, id, withKey(own));
    expect(augnos).toMatchObject({
      status: 400,
      body: { error: { code: 'parameter_invalid', param: 'Idempotency-Key' } },
    });
    expect(await standing()).toBe(before);
  });

  it('that are missing make each request take effect, and leave no record', async () => {
    const id = await imported(key, documentOf(1));
    const made = await recordsOf(async () => {
      const [first, second] = [await expungeApi.redact(key, id), await expungeApi.redact(key, id)];
      expect(second.body.id).not.toBe(first.body.id);
      expect(second.headers['idempotent-replayed']).toBeUndefined();
    });
    expect(made).toEqual([]);
  });

  it('are freed by a refusal: an unknown conversation, a hold', async () => {
    const document = documentOf(1);
    const { id } = document.conversation;
    const own = withKey(freshId('refused'));
    expect((await expungeApi.redact(key, id, undefined, own)).status).toBe(404);
    await imported(key, document);
    await expungeApi.hold(key, id, true);
    expect((await expungeApi.redact(key, id, undefined, own)).status).toBe(409);
    await expungeApi.hold(key, id, false);
    const answer = await expungeApi.redact(key, id, undefined, own);
    expect(answer.body.state).toBe('completed');
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
  });
});

describe('a record', () => {
  const rewrite = async (record: Item, changes: Item) =>
    documents.send(
      new PutCommand({ TableName: requireEnv('IDEMPOTENCY_TABLE_NAME'), Item: { ...record, ...changes } }),
    );

  it('of a request that is still running refuses a duplicate, and is passed over once its time is out', async () => {
    const id = await imported(key, documentOf(1));
    const own = freshId('running');
    const [record] = await recordsOf(() => expungeApi.hold(key, id, true, withKey(own)));
    const { data: _, ...running } = record!;
    await rewrite(running, { status: 'INPROGRESS', in_progress_expiration: Date.now() + 20_000 });
    expect((await expungeApi.hold(key, id, true, withKey(own))).status).toBe(409);

    await rewrite(running, { status: 'INPROGRESS', in_progress_expiration: Date.now() - 1 });
    const answer = await expungeApi.hold(key, id, true, withKey(own));
    expect(answer.status).toBe(200);
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
  });

  it('that is past its expiry counts no more, deleted or not', async () => {
    const id = await imported(key, documentOf(1));
    const own = freshId('expired');
    const [record] = await recordsOf(() => expungeApi.hold(key, id, true, withKey(own)));
    await rewrite(record!, { expiration: Math.floor(Date.now() / 1000) - 10 });
    const answer = await expungeApi.hold(key, id, false, withKey(own));
    expect(answer).toMatchObject({ status: 200, body: { held: false } });
    expect(answer.headers['idempotent-replayed']).toBeUndefined();
  });

  it('is found under a hash that holds neither tenant nor key, one partition each', async () => {
    const id = await imported(key, documentOf(1));
    const [record] = await recordsOf(() => expungeApi.hold(key, id, true, withKey('hash-me')));
    expect(record!.id).toMatch(/^expunge\/set-legal-hold#[A-Za-z0-9+/]{43}=$/);
    const { Item } = await documents.send(
      new GetCommand({ TableName: requireEnv('IDEMPOTENCY_TABLE_NAME'), Key: { id: record!.id } }),
    );
    expect(Item).toEqual(record);
  });
});

describe('a stage that is pointed at a restored table', () => {
  it('stores again what the restore had lost, under the same key, and once', async () => {
    const restored = await restoredCopy();
    const own = withKey(freshId('restored'));
    const document = documentOf(1);
    expect((await expungeApi.import(key, document, own)).status).toBe(201);
    const { expungeApi: there } = await deployedOn(restored, () => import('../../support/endpoints.ts'));

    const again = await there.import(key, document, own);

    expect([again.status, again.headers['idempotent-replayed']]).toEqual([201, undefined]);
    expect((await there.get(key, document.conversation.id)).body.parts).toHaveLength(1);
    expect((await there.import(key, document, own)).headers['idempotent-replayed']).toBe('true');
  });

  it('gives a redaction that is asked for again the id that it had', async () => {
    const id = await imported(key, documentOf(1));
    const restored = await restoredCopy();
    const { expungeApi: there } = await deployedOn(restored, () => import('../../support/endpoints.ts'));
    const own = withKey(freshId('restored'));
    const [here, again] = [
      await expungeApi.redact(key, id, undefined, own),
      await there.redact(key, id, undefined, own),
    ];
    expect([again.status, again.body.id]).toEqual([200, here.body.id]);
  });
});
