import { bodyLimit } from '../shared/http/body.ts';
import * as augno from '../test/support/augno-documents.ts';
import * as featurebase from '../test/support/featurebase-documents.ts';
import * as intercom from '../test/support/intercom-documents.ts';
import * as zendesk from '../test/support/zendesk-documents.ts';

/** The largest documents that import and append take by docs/data-model.md: as many parts and people, in as large a body. */

type Fields = Record<string, unknown>;

interface Maker {
  dialect: string;
  /** A conversation with these parts, and its id. */
  document: (parts: Fields[]) => Fields;
  idOf: (document: Fields) => string;
  part: (n: number, text: string, author: string) => Fields;
  /** The parts as an append lists them, if not one by one. */
  appended?: (parts: Fields[]) => Fields[];
  /** How many parts a document has beside those: its source, or the audit around a chat. */
  more: number;
}

const chatIn = (messages: Fields[]) => [
  zendesk.auditOf(1, [zendesk.started('2109.10502823.ScHkNqmxWcs1x', messages)], { id: 999 }),
];
const ticketWith = (audits: Fields[]) => ({ ticket: zendesk.ticketOf(zendesk.freshNumber()), audits });
const ticketId = ({ ticket }: Fields) => String((ticket as Fields)['id']);

export const makers = {
  augno: {
    dialect: 'augno',
    document: (messages) => ({ conversation: augno.conversation(augno.freshId('cv')), messages }),
    idOf: ({ conversation }) => (conversation as Fields)['id'] as string,
    part: (n, body, author) => {
      const person = augno.actor(author);
      return augno.message(`mg_${n}`, n, { body, sender: person, author: person });
    },
    more: 0,
  },
  featurebase: {
    dialect: 'featurebase',
    document: (parts) => featurebase.conversation(parts),
    idOf: ({ id }) => id as string,
    part: (n, bodyMarkdown, id) =>
      featurebase.message(n, 'user_msg', { bodyMarkdown, author: { ...featurebase.ada, id } }),
    more: 1,
  },
  intercom: {
    dialect: 'intercom',
    document: (parts) => intercom.documentOf(parts),
    idOf: ({ id }) => id as string,
    part: (n, body, id) => intercom.part(String(n), { body, author: { ...intercom.contact, id } }),
    more: 1,
  },
  'zendesk, audits': {
    dialect: 'zendesk',
    document: ticketWith,
    idOf: ticketId,
    part: (n, text, author) => zendesk.auditOf(1, [zendesk.comment(text)], { id: n, author_id: Number(author) }),
    more: 0,
  },
  'zendesk, a chat': {
    dialect: 'zendesk',
    document: (messages) => ticketWith(chatIn(messages)),
    idOf: ticketId,
    part: (n, text, author) => zendesk.message(n, text, { actor_id: Number(author) }),
    appended: chatIn,
    more: 1,
  },
} satisfies Record<string, Maker>;

export type MakerName = keyof typeof makers;

/** Parts whose texts are so long that the body which holds them all ends within a few kilobytes of the limit. */
const fullParts = ({ document, part, more }: Maker, parts: number, people: number): Fields[] => {
  // Numbers of seven digits, so that all parts have one size.
  const withText = (text: string) =>
    Array.from({ length: parts - more }, (_, n) => part(1_000_000 + n, text, String(2_000_000 + (n % people))));
  const bytesWith = (text: string) => Buffer.byteLength(JSON.stringify(document(withText(text))));
  const bare = bytesWith('');
  // A vendor may repeat a text in several fields.
  const bytesPerCharacter = bytesWith('x') - bare;
  return withText('x'.repeat(Math.floor((bodyLimit - 4_096 - bare) / bytesPerCharacter)));
};

/** The body of an import of that many parts by that many people. */
export const importOf = (name: MakerName, parts: number, people: number) => {
  const maker: Maker = makers[name];
  return { dialect: maker.dialect, document: maker.document(fullParts(maker, parts, people)) };
};

/** The same as an append to a conversation, and the import that makes the conversation. */
export const appendOf = (name: MakerName, parts: number, people: number) => {
  const maker: Maker = makers[name];
  const { dialect, appended = (all) => all } = maker;
  const empty = maker.document([]);
  return {
    conversationId: `${dialect}:${maker.idOf(empty)}`,
    before: { dialect, document: empty },
    body: { parts: appended(fullParts(maker, parts, people)) },
  };
};
