import { describe, expect, it } from 'vitest';
import { split, splitMessage } from '../../../../shared/dialects/augno/split.ts';
import { InvalidRequest } from '../../../../shared/errors.ts';
import { attachment, listOf } from '../../../support/augno-documents.ts';

const at = '2026-11-02T09:00:00.000Z';
const names = { name: 'Ada Brandt', handle: 'ada@example.com', avatar_url: null, role: null };
const ada = { id: 'acus_ada', object: 'actor', type: 'user' };
const order = { id: 'or_1', object: 'entity', type: 'order' };

const participant = {
  id: 'cvpt_1',
  object: 'conversation_participant',
  type: 'agent',
  role: 'owner',
  membership: 'active',
  notifications: 'unmuted',
  agent_trigger_policy: 'keyword',
  read_cursor: { object: 'read_cursor', sequence: 3, message_id: 'mg_3', read_at: at },
};
const conversation = {
  id: 'cv_1',
  object: 'conversation',
  type: 'group',
  audience: 'customer',
  workflow_status: 'open',
  status: 'active',
  unread: 2,
  last_message_at: at,
  created_at: at,
  updated_at: at,
};
const group = { id: 'cvgp_1', object: 'messaging_group', created_at: at, updated_at: at };
const message = {
  id: 'mg_1',
  object: 'chat_message',
  kind: 'email',
  status: 'sent',
  visibility: 'external',
  channel: 'email',
  sequence: 1,
  scheduled_at: at,
  streaming_state: 'complete',
  agent_run_failed: false,
  agent_error_code: 'timeout',
  edited_at: at,
  deleted_at: null,
  created_at: at,
  updated_at: at,
};

describe('a conversation splits', () => {
  it('field by field into what stays, what goes and who it names', () => {
    const whole = {
      ...conversation,
      title: 'A title',
      legal_hold: 'held',
      assignee: { ...ada, ...names },
      topic: { ...order, name: 'Order 17', handle: null },
      group: { ...group, name: 'Billing', members: ['a text'] },
      participants: listOf([
        { ...participant, actor: { ...ada, ...names }, agent_trigger_keywords: ['refund'], newer: 'a text' },
      ]),
      last_message: { id: 'mg_1', body: 'a copy' },
      newer: 'a text',
    };
    expect(split({ conversation: whole, messages: [] })).toEqual({
      externalId: 'cv_1',
      structure: {
        ...conversation,
        title: null,
        legal_hold: 'released',
        assignee: ada,
        topic: order,
        group: { ...group, name: null, members: [] },
        participants: listOf([{ ...participant, actor: ada, agent_trigger_keywords: [] }]),
        last_message: null,
      },
      text: {
        title: 'A title',
        newer: 'a text',
        group: { name: 'Billing', members: ['a text'] },
        participants: { cvpt_1: { agent_trigger_keywords: ['refund'], newer: 'a text' } },
      },
      legalHold: true,
      people: { acus_ada: { actor: names }, or_1: { entity: { name: 'Order 17', handle: null } } },
      parts: [],
    });
  });

  it('without text where it has none, and keeps nulls and absences apart', () => {
    const bare = { ...conversation, title: null, group: null, participants: null, assignee: null, topic: null };
    const parted = split({ conversation: bare });
    expect(parted).toMatchObject({ structure: bare, legalHold: false, people: {}, parts: [] });
    expect(parted.text).toBeUndefined();
    const empty = split({
      conversation: { id: 'cv_1', group: { ...group, name: null, members: [] }, participants: listOf([]) },
    });
    expect(empty.text).toBeUndefined();
    expect(empty.structure).toEqual({
      id: 'cv_1',
      group: { ...group, name: null, members: [] },
      participants: listOf([]),
    });
  });

  it('with its messages by their sequence, those without one behind, each in the order given', () => {
    const messages = [{ id: 'd1', sequence: null }, { id: 'm2', sequence: 2 }, { id: 'd2' }, { id: 'm1', sequence: 1 }];
    for (const given of [messages, listOf(messages)]) {
      const { parts } = split({ conversation: { id: 'cv_1' }, messages: given });
      expect(parts.map(({ id }) => id)).toEqual(['m1', 'm2', 'd1', 'd2']);
    }
  });
});

describe('a message splits', () => {
  it('field by field', () => {
    const whole = {
      ...message,
      conversation: { id: 'cv_1', title: 'a copy' },
      body: 'A body',
      subject: 'A subject',
      sender: { ...ada, ...names },
      author: { ...ada, ...names },
      resource: { ...order, name: 'Order 17', handle: null },
      attachments: listOf([attachment('mgah_1', 'a.pdf')]),
      reply_to: { id: 'mg_0', body: 'a copy' },
      agent_run: { id: 'agrn_1', object: 'agent_run', prompt: 'a text' },
      client_message_id: 'client-1',
      newer: null,
    };
    expect(splitMessage(whole)).toEqual({
      parts: [
        {
          id: 'mg_1',
          structure: {
            ...message,
            conversation: null,
            body: null,
            subject: null,
            sender: ada,
            author: ada,
            resource: order,
            attachments: listOf([]),
            reply_to: { id: 'mg_0' },
            agent_run: { id: 'agrn_1', object: 'agent_run' },
            client_message_id: 'client-1',
          },
          content: {
            body: 'A body',
            attachments: listOf([attachment('mgah_1', 'a.pdf')]),
            agent_run: { prompt: 'a text' },
            newer: null,
          },
          kept: { subject: 'A subject' },
        },
      ],
      people: { acus_ada: { actor: names }, or_1: { entity: { name: 'Order 17', handle: null } } },
    });
  });

  it('without content or anything kept where it has none', () => {
    const bare = {
      ...message,
      body: null,
      subject: null,
      attachments: listOf([]),
      sender: null,
      reply_to: null,
      agent_run: null,
    };
    expect(splitMessage(bare).parts).toEqual([{ id: 'mg_1', structure: bare, content: undefined, kept: undefined }]);
  });

  it.each([
    ['is an id and stays', 'client-1', 'client-1', undefined],
    ['is none and goes', 'my PIN 8475', null, { client_message_id: 'my PIN 8475' }],
    ['is null', null, null, undefined],
  ])('keeping its client_message_id where that %s', (_, given, stays, content) => {
    const [part] = splitMessage({ id: 'mg_1', client_message_id: given }).parts;
    expect(part).toMatchObject({ structure: { id: 'mg_1', client_message_id: stays } });
    expect(part?.content).toEqual(content);
  });

  it('naming what is wrong, and where', () => {
    expect(() => splitMessage({ id: 'a b' })).toThrow(InvalidRequest);
    expect(() => splitMessage({ id: 'a b' })).toThrow(/^message\.id: /);
    expect(() => split({ conversation: { id: 'cv_1', unread: 'x' } })).toThrow(/^document\.conversation\.unread: /);
  });
});
