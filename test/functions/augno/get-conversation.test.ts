import { beforeAll, describe, expect, it } from 'vitest';
import { handler as getConversation } from '../../../functions/augno/get-conversation/handler.ts';
import { actor, attachment, documentOf, freshId, listOf, message } from '../../support/augno-documents.ts';
import { call } from '../../support/call.ts';
import { augnoApi, augnoVersion, expungeApi, imported } from '../../support/endpoints.ts';
import { everyItem, keyOf } from '../../support/tables.ts';

let key: string;
beforeAll(async () => {
  key = await keyOf('tenant-augno-get');
});

const errorOf = (code: string, message_: string, param: string | null = null) => ({
  error: {
    code,
    type: 'invalid_request_error',
    message: message_,
    param,
    doc_url: `https://docs.augno.com/api/errors#${code}`,
    is_transient: false,
    quota: null,
    request_log_url: null,
  },
});

/** A conversation with something in every place that can be expanded. */
const fullDocument = () => {
  const document = documentOf(1);
  Object.assign(document.conversation, {
    group: {
      id: 'cvgp_1',
      object: 'messaging_group',
      name: 'Night shift',
      members: null,
      created_at: '2026-11-02T09:00:00.000Z',
      updated_at: '2026-11-02T09:00:00.000Z',
    },
    topic: { id: 'so_1', object: 'entity', type: 'sales_order', name: 'Order 17', handle: null },
    unread: 3,
  });
  document.messages.push(
    message('mg_last', 7, {
      resource: { id: 'so_2', object: 'entity', type: 'sales_order', name: 'Order 18', handle: 'order-18' },
      attachments: listOf([
        {
          ...attachment('mgah_1', 'a.pdf'),
          resource: { id: 'so_3', object: 'entity', type: 'invoice', name: 'Invoice', handle: null },
        },
      ]),
    }),
  );
  return document;
};

describe('GET /v1/messaging/conversations/{id}', () => {
  it('answers with the conversation; what was not asked for is there, and null', async () => {
    const document = fullDocument();
    const id = await imported(key, document);

    const answer = await augnoApi.get(key, id);

    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({
      ...document.conversation,
      assignee: null,
      group: null,
      participants: null,
      topic: null,
      last_message: null,
      last_message_at: document.messages[1]!.created_at,
    });
    expect(answer.headers).toMatchObject({
      'augno-version': '1.0.forge-preview.3',
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      'x-request-id': expect.any(String),
      'Strict-Transport-Security': expect.any(String),
    });
  });

  it('has every key of a conversation, whatever the document had', async () => {
    const id = freshId('cv');
    await expungeApi.import(key, { conversation: { id } });
    expect((await augnoApi.get(key, id)).body).toEqual({
      id,
      object: 'conversation',
      type: 'direct_message',
      audience: 'internal',
      title: null,
      workflow_status: null,
      group: null,
      status: 'active',
      legal_hold: 'released',
      assignee: null,
      participants: null,
      topic: null,
      unread: 0,
      last_message_at: null,
      last_message: null,
      created_at: null,
      updated_at: null,
    });
  });

  it('changes nothing', async () => {
    const id = await imported(key, documentOf(1));
    const before = JSON.stringify(await everyItem());
    await augnoApi.get(key, id, { include: 'last_message,participants' });
    expect(JSON.stringify(await everyItem())).toBe(before);
  });

  it('takes the time of the last message from the messages or the document, whichever is later', async () => {
    const later = documentOf(1);
    later.conversation.last_message_at = '2027-01-01T00:00:00.000Z';
    expect((await augnoApi.get(key, await imported(key, later))).body.last_message_at).toBe('2027-01-01T00:00:00.000Z');
    const earlier = documentOf(1);
    earlier.conversation.last_message_at = '2020-01-01T00:00:00.000Z';
    expect((await augnoApi.get(key, await imported(key, earlier))).body.last_message_at).toBe(
      earlier.messages[0]!.created_at,
    );
  });
});

describe('include', () => {
  const document = fullDocument();
  const { id } = document.conversation;
  const last = document.messages[1]!;
  const bare = { ...last, sender: null, author: null, resource: null, attachments: null };
  beforeAll(() => imported(key, document));

  const expansions: [string, Record<string, unknown>][] = [
    ['assignee', { assignee: document.conversation.assignee }],
    ['group', { group: document.conversation.group }],
    ['participants', { participants: document.conversation.participants }],
    ['topic', { topic: document.conversation.topic }],
    ['last_message', { last_message: bare }],
    ['last_message.sender', { last_message: { ...bare, sender: last.sender } }],
    ['last_message.author', { last_message: { ...bare, author: last.author } }],
    ['last_message.resource', { last_message: { ...bare, resource: last.resource } }],
    [
      'last_message.attachments',
      {
        last_message: {
          ...bare,
          attachments: {
            ...last.attachments,
            data: (last.attachments.data as object[]).map((file) => ({ ...file, resource: null })),
          },
        },
      },
    ],
    ['last_message.attachments.resource', { last_message: { ...bare, attachments: last.attachments } }],
  ];

  it.each(expansions)('%s expands that and nothing else, in both spellings', async (name, expanded) => {
    const plain = (await augnoApi.get(key, id)).body;
    for (const spelling of ['include[]', 'include']) {
      const answer = await augnoApi.get(key, id, { [spelling]: name });
      expect(answer.status).toBe(200);
      expect(answer.body).toEqual({ ...plain, ...expanded });
    }
  });

  it('takes all at once, by commas, by both spellings together, with blanks and with repeats', async () => {
    const names = expansions.map(([name]) => name);
    const all = (await augnoApi.get(key, id, { include: names.join(',') })).body;
    expect(all).toMatchObject({
      ...Object.assign({}, ...expansions.slice(0, 4).map(([, expanded]) => expanded)),
      last_message: last,
    });
    const [some, others] = [names.slice(0, 5).join(' , '), [...names.slice(5), 'topic'].join(',')];
    expect((await augnoApi.get(key, id, { include: some, 'include[]': others })).body).toEqual(all);
  });

  it.each(['', ','])('asks for nothing where it is empty: %j', async (include) => {
    expect((await augnoApi.get(key, id, { include })).body.assignee).toBeNull();
  });

  it.each([
    'sender',
    'last_message.body',
    'participants.actor',
    'Assignee',
    'assignee,nobody',
    '__proto__',
    'constructor',
  ])('refuses what cannot be expanded: %s', async (include) => {
    for (const spelling of ['include[]', 'include']) {
      const answer = await augnoApi.get(key, id, { [spelling]: include });
      expect(answer.status).toBe(400);
      const wrong = include.split(',').at(-1);
      expect(answer.body).toEqual(
        errorOf(
          'parameter_invalid',
          `Invalid include value '${wrong}'. Allowed values: ${expansions.map(([name]) => name).join(', ')}.`,
          'include[]',
        ),
      );
      expect(answer.headers['augno-version']).toBe('1.0.forge-preview.3');
    }
  });

  it("never shows the participants' actors, which Augno does not either", async () => {
    const withActors = documentOf(0);
    withActors.conversation.participants = listOf([{ id: 'cvpt_1', actor: actor('acus_ada') }]);
    const other = await imported(key, withActors);
    const { body } = await augnoApi.get(key, other, { include: 'participants' });
    expect(body.participants.data).toEqual([{ id: 'cvpt_1', actor: null }]);
  });
});

describe('the last message', () => {
  const lastOf = async (id: string) => (await augnoApi.get(key, id, { include: 'last_message' })).body.last_message;

  it('is the newest that was sent, and no draft', async () => {
    const document = documentOf(2);
    document.messages.push(message('mg_draft', null), message('mg_scheduled', null, { status: 'scheduled' }));
    const id = await imported(key, document);
    expect(await lastOf(id)).toMatchObject({ id: document.messages[1]!.id });
    await expungeApi.append(key, id, [message('mg_new', 9)]);
    expect(await lastOf(id)).toMatchObject({ id: 'mg_new', body: 'canary body of mg_new' });
  });

  it('is found behind many that were not', async () => {
    const document = documentOf(1);
    document.messages.push(...Array.from({ length: 25 }, (_, n) => message(`mg_draft_${n}`, null)));
    const id = await imported(key, document);
    expect(await lastOf(id)).toMatchObject({ id: document.messages[0]!.id });
  });

  it('is rendered from where it stands: redacted when its source is, and never from a copy', async () => {
    const document = documentOf(2);
    document.conversation.last_message = message('mg_copy', 2, { body: 'canary copy' });
    const id = await imported(key, document);
    expect((await lastOf(id)).body).toBe(document.messages[1]!.body);

    await expungeApi.redact(key, id, { parts: [document.messages[1]!.id] });
    expect(await lastOf(id)).toMatchObject({ id: document.messages[1]!.id, body: null });
    expect(JSON.stringify(await lastOf(id))).not.toContain('canary');
  });

  it('is null where none was sent', async () => {
    const document = documentOf(0);
    document.messages.push(message('mg_only_draft', null));
    expect(await lastOf(await imported(key, document))).toBeNull();
  });
});

describe('versions', () => {
  const sent = (headers: Record<string, string>) => call(getConversation, { key, path: { id: 'cv_1' }, headers });

  it('are required', async () => {
    const answer = await sent({});
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual(
      errorOf(
        'api_version_required',
        'The Augno-Version header is required. Please include a valid API version. The latest version is 1.0.forge-preview.3.',
        'Augno-Version',
      ),
    );
    expect(answer.headers['augno-version']).toBeUndefined();
  });

  it.each(['9.9.anvil', '', '1.0.forge', '1.0.forge-preview.3 ', '<script>'])(
    'are refused where unknown: %j',
    async (version) => {
      const answer = await sent({ 'augno-version': version });
      expect(answer.status).toBe(400);
      expect(answer.body).toEqual(
        errorOf(
          'api_version_invalid',
          `Invalid API version '${version}'. Supported versions: [1.0.forge-preview.3]`,
          'Augno-Version',
        ),
      );
    },
  );

  it('are known by the new name too, and echoed', async () => {
    const answer = await sent({ 'openmrp-version': '1.0.forge-preview.3' });
    expect(answer.status).toBe(404);
    expect(answer.headers['augno-version']).toBe('1.0.forge-preview.3');
  });

  it('are told apart from an unknown conversation, which echoes them', async () => {
    const answer = await sent(augnoVersion);
    expect(answer.status).toBe(404);
    expect(answer.body).toEqual(errorOf('resource_not_found', 'Conversation not found.'));
    expect(answer.headers['augno-version']).toBe('1.0.forge-preview.3');
  });

  it.each([
    ['augno-actor-account', 'Augno-Actor-Account'],
    ['openmrp-actor-account', 'OpenMRP-Actor-Account'],
  ])('come with no actor: %s is refused', async (header, param) => {
    const answer = await sent({ ...augnoVersion, [header]: 'ac_1' });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ code: 'parameter_invalid', param });
  });

  it('may come with an account, which an API key has anyway', async () => {
    const id = await imported(key, documentOf(0));
    const headers = { ...augnoVersion, 'augno-account': 'ac_1', 'openmrp-account': 'ac_1' };
    expect((await augnoApi.get(key, id, {}, { headers })).status).toBe(200);
  });
});

it.each([
  ['an unknown id', 'cv_nobody'],
  ['an id with a slash', 'cv_a/b'],
  ['an id with a colon and a dialect', 'augno:cv_1'],
  ['an id with a control character', 'cv_\u0000'],
  ['an id of 300 characters', 'c'.repeat(300)],
  ['an empty id', ''],
])('%s is not found', async (_, id) => {
  const answer = await augnoApi.get(key, id);
  expect(answer.status).toBe(404);
  expect(answer.body).toEqual(errorOf('resource_not_found', 'Conversation not found.'));
});
