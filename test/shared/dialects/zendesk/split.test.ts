import { describe, expect, it } from 'vitest';
import { zendesk } from '../../../../shared/dialects/zendesk/zendesk.ts';
import {
  auditOf,
  change,
  comment,
  documentIn,
  documentOf,
  ended,
  type Fields,
  message,
  messagingMessage,
  redacted,
  started,
  storedAs,
  ticketOf,
} from '../../../support/zendesk-documents.ts';

const present = ({ conversation, parts }: ReturnType<typeof storedAs>) =>
  zendesk.present(conversation, parts, 'v2') as any;
const messagingId = '64b0c1d2e3f4a5b6c7d8e9f0';

describe('a Zendesk ticket, split', () => {
  it('gives the same document back, to the byte', () => {
    const document = documentIn(documentOf());
    expect(JSON.stringify(present(storedAs(zendesk.split(document))))).toBe(JSON.stringify(document));
  });

  it('has a part for each audit, and one for each message right after its audit', () => {
    const document = documentOf(['one', 'two']);
    const [first, chat, last] = document.audits as [Fields, Fields, Fields];
    const { externalId, parts } = zendesk.split(documentIn(document));
    expect(externalId).toBe(String(document.id));
    expect(parts.map(({ id }) => id)).toEqual([
      `audit:${first.id}`,
      `audit:${chat.id}`,
      `audit:${chat.id}:${chat.events[0].id}:0`,
      `chat:${document.chatId}:0`,
      `chat:${document.chatId}:1`,
      `chat:${document.chatId}:2`,
      `audit:${last.id}`,
    ]);
  });

  it('keeps ids, types, times and flags as structure, and a blank where content stood', () => {
    const document = documentOf(['canary one']);
    const { structure, parts } = zendesk.split(documentIn(document));
    const [audit, chat, , entry] = parts;
    expect((structure.document as any).ticket).toEqual({
      ...document.ticket,
      external_id: '',
      via: { channel: 'chat', source: null },
      subject: '',
      raw_subject: '',
      description: '',
      tags: [],
      custom_fields: [],
      satisfaction_rating: { id: 1234, score: 'good', comment: '' },
    });
    const [first, second] = document.audits as [Fields, Fields];
    const [{ id: commentId }, { id: changeId }] = first.events;
    expect(audit!.structure).toEqual({
      audit: {
        ...first,
        metadata: null,
        via: { channel: 'web', source: null },
        events: [
          {
            id: commentId,
            type: 'Comment',
            author_id: 235323,
            body: '',
            html_body: '',
            plain_body: '',
            public: true,
            attachments: [],
            audit_id: 35436,
          },
          { id: changeId, type: 'Change', field_name: 'subject', value: '', previous_value: null },
        ],
      },
    });
    expect(chat!.structure.audit).toMatchObject({
      events: [{ value: { visitor_id: '10502823-16EkM3T6VNq7KMd', chat_id: document.chatId, history: [] } }],
    });
    expect(chat!.content).toStrictEqual({
      metadata: second.metadata,
      via: { source: { from: { name: 'canary sender' }, to: {}, rel: null } },
    });
    expect(entry).toStrictEqual({
      id: `chat:${document.chatId}:0`,
      structure: {
        of: { audit: String(second.id), event: String(second.events[0].id) },
        entry: {
          chat_index: 0,
          type: 'ChatMessage',
          actor_id: 20978392,
          actor_name: { $person: '20978392' },
          actor_type: 'end-user',
          timestamp: 1793610000000,
          message: '',
        },
      },
      content: { message: 'canary one' },
    });
  });

  it('stores nothing for what is empty', () => {
    const fields = { actor_name: '', hint: '', note: null, list: [], original_message: null };
    const { people, parts } = zendesk.split({
      ticket: ticketOf(5),
      audits: [auditOf(5, [started('c.1', [message(0, 'x', fields)])])],
    });
    expect(parts[1]!.content).toStrictEqual({ message: 'x' });
    expect(parts[1]!.structure.entry).toMatchObject(fields);
    expect(people).toEqual({});
  });

  it('takes a history with what is no message in it as content', () => {
    const document = {
      ticket: ticketOf(5),
      audits: [auditOf(5, [started('c.1', [message(0, 'x'), 'canary line' as never])])],
    };
    const stored = storedAs(zendesk.split(document));
    expect(stored.parts).toHaveLength(1);
    expect(present(stored)).toEqual(document);
  });

  it('has no hold of its own, and no more structure than it has', () => {
    const { structure, legalHold, parts, text } = zendesk.split({ ticket: { id: 5 }, audits: [] });
    expect({ structure, legalHold, parts, text }).toStrictEqual({
      structure: { document: { ticket: { id: 5 }, audits: [] } },
      legalHold: false,
      parts: [],
      text: undefined,
    });
    expect(zendesk.split({ ticket: { id: 5 } }).parts).toEqual([]);
    expect(zendesk.split(documentIn(documentOf())).structure.document).toMatchObject({ audits: [] });
  });

  it('puts the names of people once, by their ids, and those without an id into the content', () => {
    const history = [
      message(0, 'one'),
      message(1, 'two', { actor_name: 'Another Name' }),
      message(2, 'three', { actor_id: -1, actor_name: 'System' }),
      message(3, 'four', { actor_id: 'ada@example.com', actor_name: 'Ada' }),
      messagingMessage(messagingId, 'five'),
    ];
    const { people, parts } = zendesk.split({ ticket: ticketOf(5), audits: [auditOf(5, [started('c.1', history)])] });
    expect(people).toEqual({
      '20978392': { actor_name: { actor_name: 'Ada Brandt' } },
      '235323': { actor_name: { actor_name: 'Noor Haddad' } },
      '5f0c1a2b3c4d5e6f7a8b9c0d': { display_name: { display_name: 'Noor H.' } },
    });
    expect(parts.slice(3, 5).map(({ content }) => content)).toEqual([
      { message: 'three', actor_name: 'System' },
      { message: 'four', actor_id: 'ada@example.com', actor_name: 'Ada' },
    ]);
    expect(JSON.stringify(parts.map(({ structure }) => structure))).not.toMatch(/Ada|Noor|System|@/);
  });

  it.each([
    ['a text where an id should be', { actor_id: 'my PIN is 8475' }],
    ['a text where a number should be', { chat_index: 'my PIN is 8475' }],
    ['a text where a time should be', { timestamp: 'my PIN is 8475' }],
    ['a text where a type should be', { type: 'my PIN is 8475' }],
    ['a field that nobody knows', { note: 'my PIN is 8475' }],
    ['a field whose name is a text', { 'my PIN is 8475': true }],
    ['a field whose name ends in a word', { 'my PIN is secret': true }],
    ['a field whose name is long', { [`PIN${'x'.repeat(64)}`]: true }],
    ['an object where a text should be', { message: { text: 'my PIN is 8475' } }],
    ['an unknown field of a known object', { original_message: { id: 'a', hint: 'my PIN is 8475' } }],
    ['a list of objects and texts', { original_message: [{ id: 'a' }, 'my PIN is 8475'] }],
    ['a list where an object should be', { original_message: ['my PIN is 8475'] }],
    ['a text where an object should be', { original_message: 'my PIN is 8475' }],
  ])('lets nothing hide in structure: %s', (_, fields) => {
    const document = { ticket: ticketOf(5), audits: [auditOf(5, [started('c.1', [message(0, 'hello', fields)])])] };
    const split = zendesk.split(document);
    const stored = storedAs(split);
    expect(
      JSON.stringify([split.structure, split.people, split.parts.map((part) => [part.id, part.structure])]),
    ).not.toContain('PIN');
    expect(present(stored)).toEqual(document);
    expect(JSON.stringify(present(redacted(stored)))).not.toContain('PIN');
  });

  it.each([
    ['a chat id that is none', 'my chat', [message(0, 'a')], ['audit:5:9:0']],
    ['no chat id', undefined, [message(0, 'a')], ['audit:5:9:0']],
    ['no place', 'c.1', [message(0, 'a', { chat_index: null })], ['audit:5:9:0']],
    ['the same place twice', 'c.1', [message(0, 'a'), message(0, 'b')], ['chat:c.1:0', 'audit:5:9:1']],
    ['a message id', 'c.1', [messagingMessage(messagingId, 'a')], [`chat:c.1:${messagingId}`]],
    ['both places', 'c.1', [messagingMessage(messagingId, 'a', { chat_index: 7 })], ['chat:c.1:7']],
  ])('names messages apart: %s', (_, chatId, history, ids) => {
    const audit = auditOf(5, [{ ...started(chatId as string, history), id: 9 }], { id: 5 });
    const { parts } = zendesk.split({ ticket: ticketOf(5), audits: [audit] });
    expect(parts.slice(1).map(({ id }) => id)).toEqual(ids);
    expect(zendesk.splitParts(audit).parts).toEqual(parts);
  });

  it.each([
    ['no history', { value: { chat_id: 'c.1' } }],
    ['an empty history', { value: { chat_id: 'c.1', history: [] } }],
    ['a history that is no list of objects', { value: { chat_id: 'c.1', history: ['canary line'] } }],
    ['a history that is a text', { value: { chat_id: 'c.1', history: 'canary transcript' } }],
    ['a value that is a text', { value: 'canary value' }],
    ['no value', { value: undefined }],
  ])('takes a chat with %s', (_, fields) => {
    const event = JSON.parse(JSON.stringify({ ...started('c.1', []), ...fields }));
    const document = { ticket: ticketOf(5), audits: [auditOf(5, [event])] };
    const stored = storedAs(zendesk.split(document));
    expect(stored.parts).toHaveLength(1);
    expect(present(stored)).toEqual(document);
    expect(JSON.stringify(present(redacted(stored)))).not.toContain('canary');
  });

  it.each([
    ['no audits', {}],
    ['null for audits', { audits: null }],
    ['an audit without events', { audits: [{ id: 4 }] }],
    ['an audit with null for events', { audits: [{ id: 4, events: null }] }],
    ['ids as text', { ticket: { id: '7' }, audits: [{ id: '4' }] }],
    ['what its own reads return beside it', { next_page: null, count: 0 }],
  ])('takes a ticket with %s', (_, fields) => {
    const document = { ticket: { id: 7 }, ...fields };
    expect(JSON.stringify(present(storedAs(zendesk.split(document))))).toBe(JSON.stringify(document));
  });

  it('does not keep the description beside the comment that it is a copy of', () => {
    const body = 'canary first comment';
    const document = {
      ticket: ticketOf(5, { description: body }),
      audits: [auditOf(5, [change('status', 'new'), comment(body)]), auditOf(5, [comment('canary second')])],
    };
    const split = zendesk.split(document);
    expect(JSON.stringify(split.text)).not.toContain(body);

    const stored = storedAs(split);
    expect(present(stored)).toEqual(document);
    const gone = { ...stored, parts: redacted(stored).parts };
    expect(present(gone).ticket.description).toBe('');
    expect(zendesk.presentConversation(stored.conversation).description).toBe('');
    expect(present({ ...stored, parts: [] }).ticket.description).toBe('');
  });

  it.each([
    ['another text in the first comment', [comment('canary other')]],
    [
      'the same text in another event',
      [{ ...comment('canary description'), type: 'Notification' }, comment('canary other')],
    ],
    ['the same text in a comment without an id', [{ ...comment('canary description'), id: undefined }]],
  ])('keeps a description beside %s', (_, events) => {
    const document = JSON.parse(JSON.stringify({ ticket: ticketOf(5), audits: [auditOf(5, events)] }));
    const stored = storedAs(zendesk.split(document));
    expect(present(stored)).toEqual(document);
    expect(stored.conversation.text).toMatchObject({ ticket: { description: 'canary description' } });
    expect(stored.conversation.structure).not.toHaveProperty('describedBy');
  });

  it.each([
    ['no ticket', {}, 'document.ticket'],
    ['a ticket without an id', { ticket: {} }, 'document.ticket.id'],
    ['an address as the id', { ticket: { id: 'ada@example.com' } }, 'document.ticket.id'],
    ['a phone number as the id', { ticket: { id: '0049401234567' } }, 'document.ticket.id'],
    ['audits that are no list', { ticket: { id: 1 }, audits: {} }, 'document.audits'],
    ['an audit without an id', { ticket: { id: 1 }, audits: [{ events: [] }] }, 'document.audits.0.id'],
    ['events that are no list', { ticket: { id: 1 }, audits: [{ id: 1, events: 'x' }] }, 'document.audits.0.events'],
    [
      'an event that is no object',
      { ticket: { id: 1 }, audits: [{ id: 1, events: ['x'] }] },
      'document.audits.0.events.0',
    ],
    [
      'a chat without an id of its event',
      { ticket: { id: 1 }, audits: [{ id: 1, events: [{ type: 'ChatStartedEvent' }] }] },
      'document.audits.0.events.0.id',
    ],
  ])('refuses %s, and says where', (_, document, parameter) => {
    expect(() => zendesk.split(document)).toThrow(expect.objectContaining({ name: 'InvalidRequest', parameter }));
  });

  it('refuses an append of what is no audit', () => {
    const refusal = expect.objectContaining({ name: 'InvalidRequest', parameter: 'audit.id' });
    expect(() => zendesk.splitParts({ id: 'x' })).toThrow(refusal);
  });
});

describe('a Zendesk ticket, redacted', () => {
  it('reads as Zendesk shows what is redacted, with the tag, and keeps its structure', () => {
    const document = documentOf(['canary one']);
    const [, chat] = document.audits as [Fields, Fields];
    const after = present(redacted(storedAs(zendesk.split(documentIn(document)))));
    const [join, entry, attachment] = chat.events[0].value.history;
    const { url: _, mime_type: __, size: ___, ...place } = attachment;
    expect(after.ticket).toMatchObject({ id: document.id, subject: '', tags: ['redacted_content'], status: 'solved' });
    expect(after.audits[1].events[0].value.history).toEqual([
      join,
      { ...entry, message: '▇▇▇▇' },
      { ...place, filename: 'redacted.txt' },
    ]);
    expect(after.audits[2].events[0].value).toEqual({ ...document.audits[2]!.events[0].value, tags: [] });
    expect(JSON.stringify(after)).not.toContain('canary');
  });

  it.each([
    ['erased', { redactedAt: 1 }],
    ['masked', { version: 2 }],
  ])('has the tag once one message is %s, and once only', (_, fields) => {
    const stored = storedAs(zendesk.split(documentIn(documentOf())));
    const parts = stored.parts.map((part, n) => (n === 3 ? { ...part, ...fields } : { ...part, version: 1 }));
    const { ticket } = present({ ...stored, parts });
    expect(ticket.tags).toEqual(['canary_tag', 'enterprise', 'redacted_content']);
    const again = storedAs(zendesk.split({ ticket, audits: [] }));
    expect(present({ ...again, parts: [parts[3]!] }).ticket.tags).toEqual(ticket.tags);
  });

  it('loses a name, and nothing else, when its person is erased', () => {
    const stored = storedAs(zendesk.split(documentIn(documentOf(['canary one']))));
    const after = present({ ...stored, conversation: { ...stored.conversation, people: {} } });
    expect(after.audits[1].events[0].value.history[1]).toMatchObject({ actor_name: null, message: 'canary one' });
  });

  it('puts messages that came later into their chat, and leaves out those of an audit that is not there', () => {
    const chatId = 'c.9';
    const audit = auditOf(5, [{ ...started(chatId, [message(0, 'first')]), id: 9 }], { id: 5 });
    const stored = storedAs(zendesk.split({ ticket: ticketOf(5), audits: [audit, auditOf(5, [ended(chatId)])] }));
    const longer = {
      ...audit,
      events: [
        {
          ...audit.events[0],
          value: { ...audit.events[0].value, history: [message(0, 'first'), message(1, 'second')] },
        },
      ],
    };
    const late = zendesk.splitParts(longer).parts.at(-1)!;
    const parts = [...stored.parts, { ...late, sequence: 3 }];
    expect(present({ ...stored, parts }).audits[0]).toEqual(longer);
    expect(present({ ...stored, parts: [parts[3]!] }).audits).toEqual([]);
  });
});
