import * as fc from 'fast-check';
import { versions } from '../../shared/dialects/intercom/versions.ts';

/** Conversations as each version has them; every string that is content says canary, and every name says Name. */

const text = fc.string({ maxLength: 8 }).map((noise) => `canary ${noise}`);
const json = fc.oneof(
  text,
  fc.constantFrom(null, '', [], {}),
  fc.array(text, { maxLength: 2 }),
  fc.record({ deep: text }),
);
const at = fc.integer({ min: 0, max: 4_000_000_000 });
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const digits = fc.integer({ min: 1, max: 999_999_999 }).map(String);
const hex = fc.constantFrom('5ba682d23d7cf92bef87bfd4', '6762f1f81bb69f9f2193bc09', 'constructor');

const some = (fields: Record<string, fc.Arbitrary<unknown>>, ...required: string[]) =>
  fc.record(fields, { requiredKeys: required });

/** Fields that the version has; the rest of them are left out. */
const from = (version: string) => {
  const reaches = (first: string) =>
    (versions as readonly string[]).indexOf(version) >= (versions as readonly string[]).indexOf(first);
  return (first: string, fields: Record<string, fc.Arbitrary<unknown>>) => (reaches(first) ? fields : {});
};

// A person's names are the same wherever they stand, as Intercom's are.
const person = (type: fc.Arbitrary<string>, id: fc.Arbitrary<string>, flags = {}) =>
  fc.tuple(some({ type, id, ...flags }, 'type', 'id'), fc.constantFrom('none', 'blank', 'full')).map(([who, names]) => {
    if (names === 'none') return who;
    if (names === 'blank') return { ...who, name: null, email: '' };
    return { ...who, name: `Name of ${who.id as string}`, email: `${who.id as string}@Name.example.com` };
  });

const contact = person(fc.constantFrom('user', 'lead', 'contact'), hex);
const admin = person(fc.constant('admin'), digits);

const tag = (since: ReturnType<typeof from>) =>
  some(
    {
      type: fc.constant('tag'),
      id: digits,
      name: text,
      ...since('2.15', { applied_at: maybe(at), applied_by: maybe(admin) }),
    },
    'id',
  );

const messageFields = (since: ReturnType<typeof from>) => {
  const flags = since('2.14', { from_ai_agent: fc.boolean(), is_ai_answer: fc.boolean() });
  return {
    author: fc.oneof(
      person(fc.constantFrom('user', 'lead'), hex, flags),
      person(fc.constantFrom('admin', 'bot'), digits, flags),
    ),
    body: maybe(text.map((line) => `<p>${line}</p>`)),
    attachments: fc.array(fc.record({ name: text, url: text, filesize: at }), { maxLength: 2 }),
    'canary field': json,
  };
};

const part = (since: ReturnType<typeof from>) =>
  some(
    {
      type: fc.constant('conversation_part'),
      id: digits,
      part_type: fc.constantFrom('comment', 'note', 'assignment', 'open'),
      created_at: at,
      updated_at: at,
      notified_at: maybe(at),
      assigned_to: maybe(admin),
      external_id: maybe(fc.constant('abcd1234')),
      redacted: fc.boolean(),
      ...messageFields(since),
      ...since('2.13', {
        state: fc.constantFrom('open', 'closed', 'snoozed'),
        tags: maybe(fc.array(tag(since), { maxLength: 2 })),
        event_details: json,
        metadata: json,
        email_message_metadata: maybe(some({ subject: text, ...since('2.15', { message_id: text }) })),
        app_package_code: maybe(fc.constant('test-integration')),
      }),
      ...since('Preview', { translations: json }),
    },
    'id',
  );

const source = (since: ReturnType<typeof from>) =>
  some(
    {
      type: fc.constantFrom('conversation', 'email', 'whatsapp'),
      id: digits,
      delivered_as: fc.constant('customer_initiated'),
      subject: fc.oneof(fc.constant(''), text),
      url: maybe(text),
      redacted: fc.boolean(),
      ...messageFields(since),
      ...since('2.16', { recipients: json, reply_to: json, email_message_metadata: json }),
    },
    'id',
  );

const oldest = {
  contacts: fc.array(contact, { maxLength: 2 }),
  teammates: fc.array(admin, { maxLength: 2 }),
  admin_assignee_id: maybe(digits),
  team_assignee_id: maybe(digits),
  statistics: some({
    time_to_assignment: maybe(at),
    first_contacat_reply_at: at,
    last_closed_by: maybe(admin),
    'canary field': json,
  }),
};

const listed = (since: ReturnType<typeof from>) => ({
  title: maybe(text),
  topics: json,
  contacts: fc.record({ type: fc.constant('contact.list'), contacts: fc.array(contact, { maxLength: 2 }) }),
  teammates: maybe(fc.record({ type: fc.constant('admin.list'), teammates: fc.array(admin, { maxLength: 2 }) })),
  admin_assignee_id: maybe(digits.map(Number)),
  team_assignee_id: maybe(digits.map(Number)),
  conversation_rating: maybe(
    some(
      {
        rating: fc.integer({ min: 1, max: 5 }),
        remark: text,
        contact,
        teammate: admin,
        ...since('2.14', { updated_at: at }),
      },
      'rating',
    ),
  ),
  statistics: maybe(
    some({
      type: fc.constant('conversation_statistics'),
      first_contact_reply_at: maybe(at),
      last_closed_by_id: maybe(digits),
      ...since('2.12', {
        assigned_team_first_response_time: fc.array(fc.record({ team_id: at, team_name: text }), { maxLength: 2 }),
      }),
    }),
  ),
});

/** A conversation of that version, with any of its fields left out. */
export const conversationIn = (version: string) => {
  const since = from(version);
  const isOldest = ['2.2', '2.3', '2.4', '2.5', '2.6'].includes(version);
  const hasLevels = ['2.16', 'Preview'].includes(version);
  return fc
    .tuple(
      some(
        {
          type: fc.constant('conversation'),
          id: digits,
          created_at: at,
          updated_at: at,
          waiting_since: maybe(at),
          open: fc.boolean(),
          state: fc.constantFrom('open', 'closed', 'snoozed'),
          priority: hasLevels
            ? fc.constantFrom('none', 'low', 'medium', 'high', 'urgent')
            : fc.constantFrom('priority', 'not_priority'),
          source: maybe(source(since)),
          tags: fc.record({ type: fc.constant('tag.list'), tags: fc.array(tag(since), { maxLength: 2 }) }),
          sla_applied: maybe(some({ sla_name: text, sla_status: fc.constantFrom('hit', 'missed') })),
          first_contact_reply: maybe(some({ created_at: at, type: fc.constant('conversation'), url: text })),
          'canary field': json,
          ...(isOldest ? oldest : listed(since)),
          ...since('2.5', { custom_attributes: fc.dictionary(text, json, { maxKeys: 3 }) }),
          ...since('2.11', {
            ai_agent_participated: fc.boolean(),
            ai_agent: maybe(some({ source_title: text, rating: at, rating_remark: text })),
          }),
          ...since('2.15', { company: some({ type: fc.constant('company'), id: hex, name: text }) }),
          ...since('2.16', { scorecards: json, sales_agent: json, channel: json }),
          ...since('Preview', { ai_topics: json }),
        },
        'id',
      ),
      fc.uniqueArray(part(since), { maxLength: 4, selector: ({ id }) => id }),
    )
    .map(([conversation, parts]) => ({
      ...conversation,
      conversation_parts: {
        type: 'conversation_part.list',
        conversation_parts: parts,
        total_count: parts.length,
      },
    }));
};
