import type { Json } from '../../shared/conversations/conversation.ts';
import { augno } from '../../shared/dialects/augno/augno.ts';
import type { Dialect } from '../../shared/dialects/dialect.ts';
import { featurebase } from '../../shared/dialects/featurebase/featurebase.ts';
import { intercom } from '../../shared/dialects/intercom/intercom.ts';
import { zendesk } from '../../shared/dialects/zendesk/zendesk.ts';
import { orRefused, repeated, type WorstInput } from './worst-input.ts';

/** What a list may be full of, as JSON: none of it is what the vendor sends. */
const items = ['0', '{}', '{"id":{}}', '{"id":"1","name":"a"}'];

const chat = (value: Json) => ({ audits: [{ id: 1, events: [{ id: 2, type: 'ChatStartedEvent', value }] }] });
const message = (fields: Json) => ({ id: '1', partType: 'user_msg', ...fields });

/** Documents of each vendor around one value, by where it is. */
const places: [Dialect, Record<string, (value: unknown) => Json>][] = [
  [
    intercom,
    {
      parts: (value) => ({ id: '1', conversation_parts: { conversation_parts: value } }),
      tags: (tags) => ({ id: '1', tags }),
      contacts: (contacts) => ({ id: '1', contacts: { contacts } }),
      times: (times) => ({ id: '1', statistics: { assigned_team_first_response_time: times } }),
      'linked objects': (data) => ({ id: '1', linked_objects: { data } }),
      rating: (rating) => ({ id: '1', conversation_rating: rating }),
      'a part': (metadata) => ({ id: '1', conversation_parts: { conversation_parts: [{ id: 1, metadata }] } }),
    },
  ],
  [
    zendesk,
    {
      audits: (audits) => ({ ticket: { id: 1 }, audits }),
      events: (events) => ({ ticket: { id: 1 }, audits: [{ id: 1, events }] }),
      history: (history) => ({ ticket: { id: 1 }, ...chat({ chat_id: 'c.1', history }) }),
      collaborators: (ids) => ({ ticket: { id: 1, collaborator_ids: ids } }),
      via: (via) => ({ ticket: { id: 1, via } }),
    },
  ],
  [
    augno,
    {
      messages: (messages) => ({ conversation: { id: 'c1' }, messages }),
      'a list of messages': (data) => ({ conversation: { id: 'c1' }, messages: { data } }),
      participants: (data) => ({ conversation: { id: 'c1', participants: { data } } }),
      attachments: (data) => ({ conversation: { id: 'c1' }, messages: [{ id: 'm1', attachments: { data } }] }),
    },
  ],
  [
    featurebase,
    {
      parts: (conversationParts) => ({ id: '1', conversationParts }),
      participants: (participants) => ({ id: '1', participants }),
      tags: (tags) => ({ id: '1', tags }),
      receipts: (readReceipts) => ({ id: '1', readReceipts }),
      'tag applications': (value) => ({ id: '1', conversationParts: [message({ tagApplications: value })] }),
      'a form': (attributes) => ({ id: '1', conversationParts: [message({ form: { attributes } })] }),
    },
  ],
];

const valueOf = (item: string, bytes: number): unknown =>
  item === 'fields'
    ? Object.fromEntries(Array.from({ length: bytes / 12 }, (_, n) => [`k${10_000 + n}`, 0]))
    : JSON.parse(`[${repeated(`${item},`, bytes)}${item}]`);
/** Each value is made once, as no parser changes it: to make them anew takes as long as to parse them. */
const made = new Map<string, unknown>();
const filledWith = (item: string) => (bytes: number) => {
  const name = `${item} ${bytes}`;
  if (!made.has(name)) made.set(name, valueOf(item, bytes));
  return made.get(name);
};

const split = (dialect: Dialect, document: Json) => orRefused(() => dialect.split(document));
/** What a read makes of the document, where it was not refused. */
const present = (dialect: Dialect, document: Json) => {
  const divided = split(dialect, document) as ReturnType<Dialect['split']> | undefined;
  if (!divided) return () => undefined;
  const { parts, externalId, ...rest } = divided;
  const conversation = { ...rest, id: externalId, dialect: dialect.name, nextSequence: parts.length };
  const stored = parts.map((part, sequence) => ({ ...part, sequence }));
  return () => dialect.present(conversation, stored, dialect.versions[0]!);
};

export const documents: WorstInput[] = places.flatMap(([dialect, documentsOf]) =>
  Object.entries(documentsOf).flatMap(([place, document]) => {
    const inputs: [string, (bytes: number) => unknown][] = [
      ...[...items, 'fields'].map((item): [string, (bytes: number) => unknown] => [item, filledWith(item)]),
      ['a string', (bytes) => '2026-01-01T00:00:00.'.padEnd(bytes, '1')],
    ];
    return inputs.flatMap(([name, make]): WorstInput[] => [
      {
        parser: `${dialect.name}: split`,
        input: `${place} of ${name}`,
        at: (bytes) => {
          const given = document(make(bytes));
          return () => split(dialect, given);
        },
      },
      {
        parser: `${dialect.name}: present`,
        input: `${place} of ${name}`,
        at: (bytes) => present(dialect, document(make(bytes))),
      },
    ]);
  }),
);
