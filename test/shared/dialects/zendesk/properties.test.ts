import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { zendesk } from '../../../../shared/dialects/zendesk/zendesk.ts';
import type { Fields } from '../../../support/zendesk-documents.ts';
import { redacted, storedAs } from '../../../support/zendesk-documents.ts';

/** Marks a string that is content wherever it stands: no id, type or time looks like it. */
const canary = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `canary! ${text}`);
const anything = fc.oneof(
  canary,
  fc.constantFrom(null, '', true, false, 0, -1, 1.5, [], {}),
  fc.array(canary, { maxLength: 3 }),
  fc.dictionary(canary, canary, { maxKeys: 2 }),
  canary.map((text) => [{ deep: [text] }]),
);
const fieldName = fc.constantFrom('note', 'constructor', 'toString', 'value', 'x_custom', 'history', 'message');
const unknownFields = fc.dictionary(fieldName, anything, { maxKeys: 3 });

/** A document of these fields, each there or not, or with anything in its place. */
const loosely = (fields: Record<string, fc.Arbitrary<unknown>>) =>
  fc
    .tuple(
      fc.record(
        Object.fromEntries(
          Object.entries(fields).map(([name, value]) => [name, fc.oneof({ arbitrary: value, weight: 4 }, anything)]),
        ),
        { requiredKeys: [] },
      ),
      unknownFields,
    )
    .map(([known, unknown]): Fields => ({ ...unknown, ...known }));

const number = fc.integer({ min: 1, max: 2 ** 40 });
const time = fc.constant('2026-11-02T09:00:00Z');
// A person has one name, which is what a conversation keeps.
const person = fc.integer({ min: 1, max: 4 }).map((id) => ({ actor_id: id, actor_name: `canary! name ${id}` }));
const author = fc
  .integer({ min: 5, max: 8 })
  .map((id) => ({ type: 'user', user_id: `u${id}`, display_name: `canary! name ${id}` }));

const entry = fc
  .tuple(
    fc.option(person, { nil: {} }),
    loosely({
      type: fc.constantFrom('ChatMessage', 'ChatFileAttachment', 'ChatJoin'),
      chat_index: fc.nat({ max: 5 }),
      message_id: fc.constantFrom('64b0c1d2e3f4a5b6c7d8e9f0', '64b0c1d2e3f4a5b6c7d8e9f1'),
      timestamp: number,
      actor_type: fc.constantFrom('end-user', 'agent'),
      message: canary,
      filename: canary,
    }),
    fc.option(fc.record({ id: fc.constant('m1'), author, content: anything }), { nil: undefined }),
  )
  .map(([who, fields, original]): Fields => ({ ...fields, ...who, ...(original && { original_message: original }) }));

const event = fc.oneof(
  loosely({ id: number, type: fc.constant('Comment'), body: canary, public: fc.boolean(), via: anything }),
  loosely({ id: number, type: fc.constant('Change'), field_name: fc.constant('status'), value: anything }),
  fc
    .tuple(number, fc.constantFrom('c.1', 'c.2'), fc.array(entry, { maxLength: 4 }), unknownFields)
    .map(([id, chatId, history, more]) => ({
      id,
      type: 'ChatStartedEvent',
      value: { ...more, visitor_id: 'v-1', chat_id: chatId, history },
    })),
  fc.record({ id: number, type: fc.constant('ChatEndedEvent'), value: loosely({ chat_id: fc.constant('c.1') }) }),
);

const uniqueEvents = (events: Fields[], audit: number): Fields[] =>
  events.map((document, n) => ({ ...document, id: audit * 100 + n }));

const document = fc
  .tuple(
    loosely({ subject: canary, status: fc.constantFrom('open', 'solved'), created_at: time, tags: fc.array(canary) }),
    fc.array(
      fc.tuple(loosely({ author_id: number, metadata: anything, created_at: time }), fc.array(event, { maxLength: 4 })),
      {
        maxLength: 4,
      },
    ),
    unknownFields,
  )
  .map(([ticket, audits, more]) => ({
    ...more,
    ticket: { ...ticket, id: 7 },
    audits: audits.map(([audit, events], n): Fields => ({ ...audit, id: n + 1, events: uniqueEvents(events, n + 1) })),
  }));

const always = (property: (given: { ticket: Fields; audits: Fields[] }) => void) =>
  fc.assert(fc.property(document, property), { numRuns: 400 });

describe('any ticket', () => {
  it('reads after the import as it was', () =>
    always((given) => {
      const { conversation, parts } = storedAs(zendesk.split(given));
      expect(zendesk.present(conversation, parts, 'v2')).toEqual(given);
    }));

  it('has all its content outside of structure, and every part a name of its own', () =>
    always((given) => {
      const { structure, parts } = zendesk.split(given);
      expect(JSON.stringify([structure, parts.map((part) => [part.id, part.structure])])).not.toContain('canary!');
      expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
    }));

  it('has no content left in any rendering after its redaction', () =>
    always((given) => {
      const stored = storedAs(zendesk.split(given));
      const { conversation, parts } = redacted(stored);
      const nameless = { ...conversation, people: {} };
      const renderings = [
        zendesk.present(nameless, parts, 'v2'),
        zendesk.presentConversation(nameless),
        ...parts.map((part) => zendesk.presentPart(part, {})),
      ];
      expect(JSON.stringify(renderings)).not.toContain('canary!');
      // Names stay: identity is erased by person.
      expect(conversation.people).toEqual(stored.conversation.people);
    }));

  it('is not changed by being read', () =>
    always((given) => {
      const { conversation, parts } = storedAs(zendesk.split(given));
      const before = JSON.stringify([conversation, parts]);
      zendesk.present(conversation, parts, 'v2');
      expect(JSON.stringify([conversation, parts])).toBe(before);
    }));
});
