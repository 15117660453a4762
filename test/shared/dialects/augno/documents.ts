import * as fc from 'fast-check';

/** Augno's documents of every shape, with a mark in each text that is content; with its blank it is no id. */

export const mark = 'canary ';

const oneOf = <T>(...values: T[]) => fc.constantFrom(...values);
const word = oneOf('chat', 'email', 'sent', 'a_b_9');
const time = fc
  .date({ min: new Date('2000-01-01'), max: new Date('2099-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString());
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const text = fc.string({ unit: 'binary', maxLength: 20 }).map((some) => mark + some);
const id = fc.stringMatching(/^[a-z][a-z0-9_]{1,8}$/);

/** JSON of any shape whose texts all carry the mark. */
const content = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 3 },
    text,
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(oneOf('data', 'id', 'object', 'body', '__proto__', 'constructor'), text), tie('any'), {
      maxKeys: 3,
    }),
  ),
})).any;

// Names follow from the id, since a person stands once in a conversation.
const actor = id.map((own) => ({
  id: own,
  object: 'actor',
  type: 'user',
  name: `Name of ${own}`,
  handle: `${own}@x`,
  avatar_url: null,
  role: null,
}));
const entity = id.map((own) => ({
  id: `so_${own}`,
  object: 'entity',
  type: 'sales_order',
  name: `Order ${own}`,
  handle: null,
}));

const emptyList = {
  object: 'list',
  page_info: { next_page_url: null, previous_page_url: null, has_next_page: false, has_prev_page: false },
  data: [] as unknown[],
};
const listOf = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.array(arbitrary, { maxLength: 3 }).map((data) => ({ ...emptyList, data }));

/** Fields that Augno may have tomorrow. */
const unknownFields = fc.dictionary(
  oneOf('reactions', 'translation', 'constructor', 'toString', 'metadata', 'x'),
  content,
  { maxKeys: 3 },
);

const message = fc
  .tuple(
    fc.record(
      {
        object: fc.constant('chat_message'),
        kind: word,
        status: word,
        visibility: word,
        channel: word,
        body: maybe(fc.oneof(text, fc.constant(''))),
        subject: maybe(text),
        sender: maybe(actor),
        author: maybe(actor),
        resource: maybe(entity),
        conversation: fc.constant(null),
        reply_to: maybe(id.map((own) => ({ id: own }))),
        attachments: maybe(listOf(fc.dictionary(oneOf('id', 'filename', 'url', 'resource'), content))),
        agent_run: maybe(fc.record({ id, object: fc.constant('agent_run'), prompt: content })),
        client_message_id: maybe(fc.oneof(id, text)),
        scheduled_at: maybe(time),
        streaming_state: maybe(word),
        edited_at: maybe(time),
        deleted_at: maybe(time),
        created_at: time,
        updated_at: time,
      },
      { requiredKeys: [] },
    ),
    unknownFields,
  )
  .map(([fields, more]) => ({ ...more, ...fields }));

const participant = fc
  .tuple(
    fc.record(
      {
        object: fc.constant('conversation_participant'),
        type: word,
        role: word,
        membership: word,
        notifications: word,
        actor: maybe(actor),
        agent_trigger_policy: maybe(word),
        agent_trigger_keywords: fc.array(text, { maxLength: 3 }),
        read_cursor: maybe(
          fc.record({
            object: fc.constant('read_cursor'),
            sequence: fc.nat(),
            message_id: maybe(id),
            read_at: maybe(time),
          }),
        ),
      },
      { requiredKeys: [] },
    ),
    unknownFields,
  )
  .map(([fields, more]) => ({ ...more, ...fields }));

const conversation = fc
  .tuple(
    fc.record(
      {
        object: fc.constant('conversation'),
        type: word,
        audience: word,
        title: maybe(text),
        workflow_status: maybe(word),
        status: word,
        legal_hold: oneOf('released', 'held'),
        group: maybe(
          fc.record(
            {
              id,
              object: fc.constant('messaging_group'),
              name: text,
              members: maybe(fc.array(text)),
              created_at: time,
            },
            { requiredKeys: ['id', 'object'] },
          ),
        ),
        assignee: maybe(actor),
        participants: maybe(listOf(participant)),
        topic: maybe(entity),
        unread: fc.nat(),
        last_message_at: maybe(time),
        last_message: fc.constant(null),
        created_at: time,
        updated_at: time,
      },
      { requiredKeys: [] },
    ),
    unknownFields,
  )
  .map(([fields, more]) => ({ ...more, ...fields }));

/** A document as an import takes it: parsed JSON, ids without repeats, messages in the timeline's order. */
export const document = fc.tuple(conversation, fc.array(message, { maxLength: 5 })).map(([fields, messages]) => {
  const { participants } = fields;
  const own = participants && {
    ...participants,
    data: participants.data.map((one, n) => ({ ...one, id: `cvpt_${n}` })),
  };
  return JSON.parse(
    JSON.stringify({
      conversation: { ...fields, id: 'cv_1', ...(participants !== undefined && { participants: own }) },
      messages: messages.map((one, n) => ({ ...one, id: `mg_${n}`, sequence: n })),
    }),
  ) as { conversation: Record<string, any>; messages: Record<string, any>[] };
});
