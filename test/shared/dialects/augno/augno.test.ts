import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  Conversation,
  Json,
  Part,
  SplitConversation,
  SplitPart,
} from '../../../../shared/conversations/conversation.ts';
import { augno } from '../../../../shared/dialects/augno/augno.ts';
import { answerConversation, answerMessage } from '../../../../shared/dialects/augno/present.ts';
import { InvalidRequest } from '../../../../shared/errors.ts';
import { actor, documentOf, message } from '../../../support/augno-documents.ts';
import { document, mark } from './documents.ts';

/** What the table keeps of a value: JSON, and nothing that JSON has no word for. */
const stored = <T>(value: T): T => (value === undefined ? value : JSON.parse(JSON.stringify(value)));

const conversationOf = ({
  externalId,
  structure,
  text,
  people,
  legalHold,
  parts,
}: SplitConversation): Conversation => ({
  id: `augno:${externalId}`,
  dialect: 'augno',
  structure: stored(structure),
  text: stored(text),
  people: stored(people),
  legalHold,
  nextSequence: parts.length,
});
const partsOf = ({ parts }: SplitConversation): Part[] =>
  parts.map((part, sequence) => ({ ...stored(part), sequence }));

const everything = new Set(
  'assignee,group,participants,topic,last_message,last_message.sender,last_message.author,last_message.attachments,last_message.attachments.resource,sender,author,resource,attachments,attachments.resource,agent_run'.split(
    ',',
  ),
);
const version = augno.versions[0]!;

describe('a document', () => {
  it('that is split and presented is the same document', () => {
    fc.assert(
      fc.property(document, (sent) => {
        const split = augno.split(stored(sent));
        expect(stored(augno.present(conversationOf(split), partsOf(split), version))).toEqual(sent);
      }),
      { numRuns: 500 },
    );
  });

  it('is not changed by being split', () => {
    fc.assert(
      fc.property(document, (sent) => {
        const given = stored(sent);
        augno.split(given);
        expect(given).toEqual(sent);
      }),
    );
  });

  it('that is appended message by message gives the same parts', () => {
    fc.assert(
      fc.property(document, (sent) => {
        const split = augno.split(stored(sent));
        expect(sent.messages.map((one) => augno.splitParts(one).parts[0])).toEqual(split.parts);
      }),
    );
  });

  it('puts no text of its own into structure or names', () => {
    fc.assert(
      fc.property(document, (sent) => {
        const { structure, people, parts } = augno.split(stored(sent));
        expect(JSON.stringify([structure, people, parts.map((part) => part.structure)])).not.toContain(mark);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a redacted document', () => {
  const erased = (part: Part): Part => ({ ...part, content: undefined, kept: undefined, redactedAt: 1_000 });

  it('has no text left in any rendering', () => {
    fc.assert(
      fc.property(document, (sent) => {
        const split = augno.split(stored(sent));
        const conversation = { ...conversationOf(split), text: undefined };
        const parts = partsOf(split).map(erased);
        const renderings = [
          augno.present(conversation, parts, version),
          augno.presentConversation(conversation),
          ...parts.map((part) => augno.presentPart(part, conversation.people)),
          ...parts.map((part) => answerMessage(part, conversation.people, everything)),
          answerConversation(conversation, parts.at(-1), everything),
        ];
        expect(JSON.stringify(renderings)).not.toContain(mark);
      }),
      { numRuns: 500 },
    );
  });

  it('keeps every key and every id, status and time of each message', () => {
    fc.assert(
      fc.property(document, (sent) => {
        const split = augno.split(stored(sent));
        for (const [n, part] of partsOf(split).entries()) {
          const before: Json = sent.messages[n]!;
          const after = stored(augno.presentPart(erased(part), split.people));
          // Of a field that nobody knows, the name goes with the value.
          const known = Object.keys(message('mg_1', 1)).filter((name) => Object.hasOwn(before, name));
          expect(Object.keys(after)).toEqual(expect.arrayContaining(known));
          for (const name of [
            'id',
            'kind',
            'status',
            'sequence',
            'created_at',
            'deleted_at',
            'sender',
            'reply_to',
            'scheduled_at',
          ]) {
            expect(after[name]).toEqual(before[name]);
          }
          const at = before.deleted_at ? before.edited_at : new Date(1_000).toISOString();
          expect(after.edited_at).toEqual(at);
        }
      }),
    );
  });

  it("by Augno's own call, keeps subjects, and the title", () => {
    const sent = documentOf(1);
    sent.messages[0]!.subject = 'Invoice 17' as never;
    const split = augno.split(sent);
    const [part] = partsOf(split);
    const shown = augno.presentPart({ ...part!, content: undefined, redactedAt: 1_000 }, split.people);
    expect(shown).toMatchObject({ body: null, subject: 'Invoice 17' });
    expect(augno.presentConversation(conversationOf(split)).title).toBe('canary title');
  });
});

describe('people', () => {
  it('stand once, whatever they are in, and what they are named stands in no structure', () => {
    const sent = documentOf(3);
    const { people, structure, parts } = augno.split(sent);
    expect(Object.keys(people).toSorted()).toEqual(['acus_ada', 'acus_noor']);
    expect(people.acus_ada).toEqual({
      actor: { name: 'Ada Brandt', handle: 'acus_ada@example.com', avatar_url: null, role: null },
    });
    expect(JSON.stringify([structure, parts])).not.toMatch(/Brandt|Haddad|example\.com/);
  });

  it('who are gone are shown without a name', () => {
    const [part] = augno.splitParts(message('mg_1', 1)).parts as [SplitPart];
    expect(augno.presentPart({ ...part, sequence: 0 }, {}).sender).toEqual({
      id: 'acus_ada',
      object: 'actor',
      type: 'user',
      name: null,
      handle: null,
      avatar_url: null,
      role: null,
    });
  });
});

describe('copies', () => {
  it.each([
    [
      'the last message',
      () => ({ conversation: { id: 'cv_1', last_message: message('mg_1', 1, { body: `${mark}copy` }) } }),
    ],
    [
      "a message's conversation",
      () => ({
        conversation: { id: 'cv_1' },
        messages: [{ id: 'mg_1', conversation: { id: 'cv_1', title: `${mark}copy` } }],
      }),
    ],
    [
      'what is replied to',
      () => ({
        conversation: { id: 'cv_1' },
        messages: [{ id: 'mg_1', reply_to: { id: 'mg_0', body: `${mark}copy` } }],
      }),
    ],
  ])('are kept nowhere: %s', (_, made) => {
    expect(JSON.stringify(augno.split(made()))).not.toContain(mark);
  });
});

describe('what becomes structure', () => {
  const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('My PIN', 'My_PIN', 'pin 8475', 'PIN', 'a@b.c', '2026-11-02', ''),
  );

  it.each(['object', 'kind', 'status', 'visibility', 'channel', 'streaming_state', 'agent_error_code'])(
    "of a message's %s is a lower-case word and nothing else",
    (name) => {
      fc.assert(
        fc.property(anyText, (value) => {
          const split = () => augno.splitParts({ id: 'mg_1', [name]: value });
          if (/^[a-z][a-z0-9_]{0,63}$/.test(value)) expect(split().parts[0]!.structure[name]).toBe(value);
          else expect(split).toThrow(InvalidRequest);
        }),
      );
    },
  );

  it.each(['created_at', 'updated_at', 'edited_at', 'deleted_at', 'scheduled_at'])(
    "of a message's %s is a time and nothing else",
    (name) => {
      fc.assert(
        fc.property(anyText, (value) => {
          expect(() => augno.splitParts({ id: 'mg_1', [name]: value })).toThrow(InvalidRequest);
        }),
      );
      expect(augno.splitParts({ id: 'mg_1', [name]: '2026-11-02T09:00:00+01:00' }).parts[0]?.structure[name]).toBe(
        '2026-11-02T09:00:00+01:00',
      );
    },
  );

  it.each<[string, Json]>([
    ['a sequence', { sequence: 'My PIN' }],
    ['a fraction as sequence', { sequence: 1.5 }],
    ['a sender that is a text', { sender: 'Ada' }],
    ['a sender without an id', { sender: { name: 'Ada' } }],
    ['a type of a sender', { sender: { ...actor('acus_1'), type: 'My PIN' } }],
    ['attachments that are a list', { attachments: [] }],
    ['a reply without an id', { reply_to: { body: 'x' } }],
    ['a flag', { agent_run_failed: 'My PIN' }],
  ])('is refused where it is no such thing: %s', (_, fields) => {
    expect(() => augno.splitParts({ id: 'mg_1', ...fields })).toThrow(InvalidRequest);
  });

  it('of a read cursor has no room for more', () => {
    const withCursor = (cursor: Json) => ({
      conversation: { id: 'cv_1', participants: { data: [{ id: 'cvpt_1', read_cursor: cursor }] } },
    });
    expect(() => augno.split(withCursor({ sequence: 1 }))).not.toThrow();
    expect(() => augno.split(withCursor({ sequence: 1, note: `${mark}note` }))).toThrow(InvalidRequest);
  });

  // It may be a text: {"My PIN is 8475": true}.
  it('is nothing of a field that is not known, not even its name', () => {
    const [part] = augno.splitParts({ id: 'mg_1', [`${mark}as a name`]: true }).parts as [SplitPart];
    expect(JSON.stringify(part.structure)).not.toContain(mark);
  });
});

it('Every message may be redacted, as Augno redacts conversations as a whole', () => {
  const [part] = augno.splitParts(message('mg_1', 1)).parts as [SplitPart];
  expect(augno.redactable({ ...part, sequence: 0 })).toBe(true);
});
