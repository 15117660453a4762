import { describe, expect, it } from 'vitest';
import { intercom } from '../../../../shared/dialects/intercom/intercom.ts';
import {
  assignment,
  contact,
  documentOf,
  type IntercomDocument,
  pageOf22,
  part,
  source,
} from '../../../support/intercom-documents.ts';
import { redacted, stored } from '../../../support/stored.ts';

const redactedAt = Date.parse('2026-11-02T09:00:00Z');

const imported = (document: unknown) => stored('intercom', intercom.split(document));
const present = ({ conversation, parts }: ReturnType<typeof imported>, version: string) =>
  intercom.present(conversation, parts, version);

const newest = {
  channel: { initial: 'email', current: 'messenger' },
  external_references: [{ id: 'canary reference' }],
  monitor_evaluations: [{ name: 'canary monitor' }],
  scorecards: [{ comment: 'canary card' }],
  sales_agent: { collected_data: { need: 'canary need' } },
  sales_agent_participated: true,
  ai_topics: [{ name: 'canary topic' }],
  priority: 'urgent',
};

describe("a conversation of Intercom's", () => {
  it.each<[string, IntercomDocument]>([
    ['2.2', pageOf22()],
    ['2.6', pageOf22()],
    ['2.15', documentOf([part('3'), assignment('4')])],
    ['Preview', documentOf([part('3', { translations: [{ body: 'canary translation' }] })], newest)],
  ])('in %s reads as it was imported', (version, document) => {
    expect(present(imported(document), version)).toEqual(document);
  });

  it('has no content in its structure, nor among its people', () => {
    const document = documentOf([part('3'), assignment('4')], { ...newest, later: 'canary field', 'canary key': 1 });
    const { structure, people, parts } = intercom.split(document);
    expect(JSON.stringify([structure, people, parts.map((split) => split.structure)])).not.toContain('canary');
  });

  it.each(intercom.versions)('once redacted, has no content left in %s', (version) => {
    const document = documentOf([part('3'), assignment('4')], { ...newest, later: 'canary field' });
    const left = redacted(imported(document), redactedAt);
    expect(JSON.stringify(present(left, version))).not.toContain('canary');
    for (const kept of left.parts)
      expect(JSON.stringify(intercom.presentPart(kept, left.conversation.people))).not.toContain('canary');
    expect(JSON.stringify(intercom.presentConversation(left.conversation))).not.toContain('canary');
  });

  it('once redacted, keeps all that is no content', () => {
    const document = documentOf([part('3'), assignment('4')]);
    const [comment, moved] = document.conversation_parts.conversation_parts;
    const at = redactedAt / 1000;
    expect(present(redacted(imported(document), redactedAt), '2.15')).toEqual({
      ...document,
      title: null,
      updated_at: at,
      company: { ...(document.company as object), name: null },
      tags: { type: 'tag.list', tags: [{ ...(document.tags as any).tags[0], name: null }] },
      conversation_rating: { ...(document.conversation_rating as object), remark: null },
      source: {
        ...document.source,
        subject: '',
        body: '<p><i>This message was deleted</i></p>',
        attachments: [],
        url: null,
        redacted: true,
      },
      custom_attributes: {},
      topics: {},
      first_contact_reply: { ...(document.first_contact_reply as object), url: null },
      sla_applied: { ...(document.sla_applied as object), sla_name: null },
      statistics: {
        ...(document.statistics as object),
        assigned_team_first_response_time: [{ team_id: 100, team_name: null, response_time: 2310 }],
      },
      ai_agent: {
        ...(document.ai_agent as object),
        source_title: null,
        rating_remark: null,
        content_sources: {
          type: 'content_source.list',
          total_count: 1,
          content_sources: [{ content_type: 'article', url: null, title: null, locale: null }],
        },
      },
      conversation_parts: {
        ...document.conversation_parts,
        conversation_parts: [
          {
            ...comment,
            body: '<p><i>This message was deleted</i></p>',
            updated_at: at,
            attachments: [],
            redacted: true,
            email_message_metadata: null,
            metadata: {},
            tags: [{ type: 'tag', id: '55', name: null }],
            event_details: {},
          },
          moved,
        ],
      },
    });
  });

  it('once redacted, leaves a part alone that had nothing but empty fields', () => {
    const quiet = { ...assignment('4'), later: null };
    const { later: _, ...left } = quiet;
    const whole = imported(documentOf([quiet]));
    expect(present(whole, '2.15').conversation_parts).toMatchObject({ conversation_parts: [quiet] });
    expect(present(redacted(whole, redactedAt), '2.15').conversation_parts).toMatchObject({
      conversation_parts: [left],
    });
  });

  it('gives its source message a part of its own, before the parts, though one of them has the same id', () => {
    const { parts } = imported(documentOf([part('3')], { source: source('3') }));
    expect(parts.map(({ id }) => id)).toEqual(['source:3', '3']);
  });

  it('stores the names of a person once', () => {
    const { people, parts } = intercom.split(documentOf([part('3'), part('4')]));
    expect(people[contact.id]).toEqual({
      contact: { name: 'Joe Bloggs', email: 'joe@bloggs.com', external_id: 'joe-70' },
    });
    expect(JSON.stringify(parts)).not.toMatch(/Joe|joe/);
  });

  it('treats the names of a person without an id as content', () => {
    const document = documentOf([part('3', { author: { type: 'user', id: 'joe@canary.com', name: 'canary Joe' } })]);
    const whole = imported(document);
    expect(present(whole, '2.15')).toEqual(document);
    expect(JSON.stringify(present(redacted(whole, redactedAt), '2.15'))).not.toContain('canary');
  });

  it.each([
    ['state', 'canary state'],
    ['created_at', 'canary time'],
    ['created_at', -1],
    ['open', 'canary'],
    ['priority', 'Canary Priority'],
    ['tags', 'canary tags'],
    ['statistics', ['canary']],
    ['contacts', { type: 'contact.list', contacts: ['canary'] }],
    ['conversation_rating', { rating: 'canary' }],
  ])('treats a %s that Intercom would not send as content', (field, value) => {
    const document = documentOf([part('3')], { [field]: value });
    const whole = imported(document);
    expect(present(whole, '2.15')).toEqual(document);
    expect(JSON.stringify(whole.conversation.structure)).not.toMatch(/canary|-1/i);
  });

  it('takes integers for ids, and gives them back as integers', () => {
    const document = documentOf([part('3', { id: 149 })], { id: 608 });
    expect(intercom.split(document)).toMatchObject({ externalId: '608', parts: [{}, { id: '149' }] });
    expect(present(imported(document), '2.15')).toEqual(document);
  });

  it('may have no source message, and no parts', () => {
    const { source: _, ...rest } = documentOf([]);
    expect(present(imported(rest), '2.15')).toEqual(rest);
    const without = { ...rest, source: null };
    expect(present(imported(without), '2.15')).toEqual(without);
  });

  it.each([
    ['document', 'text'],
    ['document.id', {}],
    ['document.id', { id: 'joe@example.com' }],
    ['document.id', { id: 'source:3' }],
    ['document.type', { id: '1', type: 'ticket' }],
    ['document.source', { id: '1', source: 'text' }],
    ['document.source.id', { id: '1', source: { id: 'a b' } }],
    ['document.conversation_parts', { id: '1', conversation_parts: [] }],
    [
      'document.conversation_parts.conversation_parts.0.id',
      { id: '1', conversation_parts: { conversation_parts: [{}] } },
    ],
  ])('is refused for its %s', (parameter, document) => {
    expect(() => intercom.split(document)).toThrow(expect.objectContaining({ name: 'InvalidRequest', parameter }));
  });

  it('takes a part by itself', () => {
    const { part: split, people } = intercom.splitPart(part('3'));
    expect(intercom.presentPart({ ...split, sequence: 0 }, people)).toEqual(part('3'));
    expect(() => intercom.splitPart({ body: 'canary' })).toThrow(
      expect.objectContaining({ name: 'InvalidRequest', parameter: 'part.id' }),
    );
  });
});

describe('what may be redacted', () => {
  const redactableIn = (document: unknown) => imported(document).parts.map((kept) => intercom.redactable(kept));

  it.each(['user', 'lead', 'contact'])('is a source message by a %s', (type) => {
    expect(redactableIn(documentOf([], { source: source('1', { author: { type, id: '7' } }) }))).toEqual([true]);
  });

  it.each(['admin', 'bot', 'team', null])('is no source message by a %s', (type) => {
    expect(redactableIn(documentOf([], { source: source('1', { author: { type, id: '7' } }) }))).toEqual([false]);
  });

  it('is a part with a body, whatever its type is', () => {
    const parts = [part('1'), part('2', { part_type: 'open' }), part('3', { body: null }), part('4', { body: '' })];
    expect(redactableIn(documentOf(parts)).slice(1)).toEqual([true, true, false, false]);
  });

  it('is nothing that was redacted before, here or at Intercom', () => {
    const document = documentOf([part('1', { redacted: true })], { source: source('2', { redacted: true }) });
    expect(redactableIn(document)).toEqual([false, false]);
    const left = redacted(imported(documentOf([part('1')])), redactedAt);
    expect(left.parts.map((kept) => intercom.redactable(kept))).toEqual([false, false]);
  });
});
