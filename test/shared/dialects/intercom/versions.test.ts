import { describe, expect, it } from 'vitest';
import { intercom } from '../../../../shared/dialects/intercom/intercom.ts';
import { documentOf, pageOf22, part } from '../../../support/intercom-documents.ts';
import { stored } from '../../../support/stored.ts';

const inVersion = (document: unknown, version: string): any => {
  const { conversation, parts } = stored('intercom', intercom.split(document));
  return intercom.present(conversation, parts, version);
};

const everything = documentOf([part('3', { translations: [] })], {
  channel: { initial: 'email', current: 'messenger' },
  external_references: [],
  monitor_evaluations: [],
  scorecards: [],
  sales_agent: null,
  sales_agent_participated: false,
  ai_topics: [],
  later: 'a field of a version to come',
});

/** What each version adds, as Intercom's own descriptions differ. */
const additions: [string, string[]][] = [
  ['2.5', ['custom_attributes']],
  ['2.7', ['title', 'topics', 'sla_applied.type', 'statistics.type']],
  ['2.9', ['ticket']],
  ['2.10', ['linked_objects']],
  ['2.11', ['ai_agent', 'ai_agent_participated']],
  ['2.12', ['statistics.assigned_team_first_response_time']],
  [
    '2.13',
    [
      'part.state',
      'part.tags',
      'part.metadata',
      'part.event_details',
      'part.app_package_code',
      'part.email_message_metadata',
      'statistics.handling_time',
      'statistics.adjusted_handling_time',
    ],
  ],
  ['2.14', ['conversation_rating.updated_at', 'part.author.from_ai_agent', 'part.author.is_ai_answer']],
  ['2.15', ['company', 'tag.applied_at', 'tag.applied_by', 'part.email_message_metadata.message_id']],
  [
    '2.16',
    ['channel', 'external_references', 'monitor_evaluations', 'scorecards', 'sales_agent', 'sales_agent_participated'],
  ],
  ['Preview', ['ai_topics', 'part.translations']],
];

const has = (version: string, path: string): boolean => {
  const document = inVersion(everything, version);
  const whole = { ...document, part: document.conversation_parts.conversation_parts[0], tag: document.tags.tags[0] };
  const steps = path.split('.');
  const holder = steps.slice(0, -1).reduce((inner, step) => inner?.[step], whole);
  return Object.hasOwn(holder ?? {}, steps.at(-1)!);
};

describe("Intercom's versions", () => {
  it.each(additions.flatMap(([first, paths]) => paths.map((path) => [path, first] as const)))(
    'have %s from %s on',
    (path, first) => {
      const { versions } = intercom;
      expect(versions.filter((version) => has(version, path))).toEqual(versions.slice(versions.indexOf(first)));
    },
  );

  it('all have what none of them is known to have', () => {
    for (const version of intercom.versions) expect(inVersion(everything, version).later).toBe(everything.later);
  });

  it('are lists in objects and numbers from 2.7 on, whatever was imported', () => {
    const old = pageOf22();
    expect(inVersion(old, '2.7')).toMatchObject({
      contacts: { type: 'contact.list', contacts: old.contacts },
      teammates: { type: 'admin.list', teammates: old.teammates },
      admin_assignee_id: 814_860,
      conversation_rating: null,
      statistics: { first_contact_reply_at: 1_539_897_200, last_closed_by_id: '325432652' },
    });
  });

  it('are arrays and strings up to 2.6, whatever was imported', () => {
    const document = inVersion(documentOf([], { conversation_rating: null, teammates: null }), '2.6');
    expect(document).toMatchObject({
      contacts: [{ type: 'contact', id: '5ba682d23d7cf92bef87bfd4' }],
      teammates: [],
      admin_assignee_id: '991267242',
      team_assignee_id: '5017691',
      conversation_rating: { rating: null, remark: null, contact: { id: null }, teammate: { id: null, name: null } },
      statistics: {
        first_contacat_reply_at: 1_663_597_233,
        last_closed_by: { type: 'admin', id: 'c3po', name: null, email: null },
      },
    });
    expect(document.statistics).not.toHaveProperty('last_closed_by_id');
  });

  it.each([
    ['urgent', '2.15', 'priority'],
    ['low', '2.2', 'priority'],
    ['none', '2.15', 'not_priority'],
    ['priority', '2.16', 'high'],
    ['not_priority', 'Preview', 'none'],
    ['medium', '2.16', 'medium'],
    ['priority', '2.15', 'priority'],
    [null, '2.16', null],
  ])('have the priority %s as, in %s, %s', (priority, version, shown) => {
    expect(inVersion(documentOf([], { priority }), version).priority).toBe(shown);
  });
});
