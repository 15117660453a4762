import { randomInt } from 'node:crypto';

/** Documents as Intercom's `GET /conversations/{id}` returns them, with a canary in every place that content can stand. */

type Fields = Record<string, unknown>;

/** A numeric id that no other test uses. */
export const freshId = (): string => String(randomInt(1e9, 1e12));

export const contact = { id: '5ba682d23d7cf92bef87bfd4', type: 'user', name: 'Joe Bloggs', email: 'joe@bloggs.com' };
export const admin = { id: '991267242', type: 'admin', name: 'Ciaran Lee', email: 'ciaran@example.com' };

const attachment = (of: string) => ({
  type: 'upload',
  name: `canary-${of}.png`,
  url: `https://files.example.com/canary-${of}.png`,
  content_type: 'image/png',
  filesize: 100,
  width: 100,
  height: 100,
});

/** An entry of `conversation_parts` with every field of the page of 2.15. */
export const part = (id: string, fields: Fields = {}): Fields => ({
  type: 'conversation_part',
  id,
  part_type: 'comment',
  body: `<p>canary body of ${id}</p>`,
  created_at: 1_734_537_722,
  updated_at: 1_734_537_724,
  notified_at: 1_734_537_722,
  assigned_to: null,
  author: { ...contact, from_ai_agent: false, is_ai_answer: false },
  attachments: [attachment(id)],
  external_id: null,
  redacted: false,
  email_message_metadata: {
    subject: 'canary email subject',
    email_address_headers: [{ type: 'from', email_address: 'canary@example.com', name: 'canary sender' }],
    message_id: '<canary@mail.example.com>',
  },
  metadata: { quick_reply_options: [{ text: 'canary option', uuid: '123e4567-e89b-12d3-a456-426614174000' }] },
  state: 'open',
  tags: [{ type: 'tag', id: '55', name: 'canary part tag' }],
  event_details: { note: 'canary event' },
  app_package_code: 'test-integration',
  ...fields,
});

/** A part that has nothing to redact. */
export const assignment = (id: string): Fields =>
  part(id, {
    part_type: 'assignment',
    body: null,
    author: admin,
    assigned_to: { type: 'admin', id: admin.id },
    attachments: [],
    email_message_metadata: null,
    metadata: {},
    tags: [],
    event_details: {},
  });

export const source = (id: string, fields: Fields = {}): Fields => ({
  type: 'email',
  id,
  delivered_as: 'customer_initiated',
  subject: 'canary subject',
  body: '<p>canary source body</p>',
  author: contact,
  attachments: [attachment('source')],
  url: 'https://example.com/canary',
  redacted: false,
  ...fields,
});

export interface IntercomDocument extends Fields {
  id: string;
  source: Fields;
  conversation_parts: { type: string; conversation_parts: Fields[]; total_count: number };
}

const statistics = {
  type: 'conversation_statistics',
  time_to_assignment: 2310,
  time_to_admin_reply: 2311,
  time_to_first_close: 2312,
  time_to_last_close: 2313,
  median_time_to_reply: 2314,
  first_contact_reply_at: 1_663_597_233,
  first_assignment_at: 1_663_597_234,
  first_admin_reply_at: 1_663_597_235,
  first_close_at: 1_663_597_236,
  last_assignment_at: 1_663_597_237,
  last_assignment_admin_reply_at: 1_663_597_238,
  last_contact_reply_at: 1_663_597_239,
  last_admin_reply_at: 1_663_597_240,
  last_close_at: 1_663_597_241,
  last_closed_by_id: 'c3po',
  count_reopens: 1,
  count_assignments: 2,
  count_conversation_parts: 3,
  assigned_team_first_response_time: [{ team_id: 100, team_name: 'canary team', response_time: 2310 }],
  assigned_team_first_response_time_in_office_hours: [{ team_id: 100, team_name: null, response_time: 2310 }],
  handling_time: 2310,
  adjusted_handling_time: 1800,
};

/** A conversation with every field of the page of 2.15. */
export const documentOf = (parts: Fields[], fields: Fields = {}): IntercomDocument => ({
  type: 'conversation',
  id: freshId(),
  title: 'canary title',
  created_at: 1_663_597_223,
  updated_at: 1_663_597_260,
  waiting_since: 1_663_597_260,
  snoozed_until: null,
  open: true,
  state: 'open',
  read: true,
  priority: 'priority',
  admin_assignee_id: Number(admin.id),
  team_assignee_id: 5_017_691,
  company: { type: 'company', id: '531ee472cce572a6ec000006', name: 'canary company', size: 100 },
  tags: {
    type: 'tag.list',
    tags: [
      {
        type: 'tag',
        id: '123456',
        name: 'canary tag',
        applied_at: 1_663_597_223,
        applied_by: { type: 'admin', id: admin.id },
      },
    ],
  },
  conversation_rating: {
    rating: 5,
    remark: 'canary remark',
    created_at: 1_671_028_894,
    updated_at: 1_671_028_894,
    contact: { type: 'contact', id: contact.id, external_id: 'joe-70' },
    teammate: { type: 'admin', id: admin.id },
  },
  source: source(freshId()),
  contacts: { type: 'contact.list', contacts: [{ type: 'contact', id: contact.id, external_id: 'joe-70' }] },
  teammates: { type: 'admin.list', teammates: [{ type: 'admin', id: admin.id }] },
  custom_attributes: { 'CX Score rating': 4, 'canary attribute': 'canary value' },
  topics: { type: 'topic.list', topics: [{ name: 'canary topic' }] },
  first_contact_reply: { created_at: 1_663_597_233, type: 'conversation', url: 'https://example.com/canary' },
  ticket: null,
  sla_applied: { type: 'conversation_sla_summary', sla_name: 'canary <5m', sla_status: 'missed' },
  statistics,
  conversation_parts: { type: 'conversation_part.list', conversation_parts: parts, total_count: parts.length },
  linked_objects: {
    type: 'list',
    total_count: 1,
    has_more: false,
    data: [{ type: 'ticket', id: '7583', category: 'Back-office' }],
  },
  ai_agent_participated: true,
  ai_agent: {
    source_type: 'workflow',
    source_title: 'canary workflow',
    last_answer_type: 'ai_answer',
    resolution_state: 'assumed_resolution',
    rating: 4,
    rating_remark: 'canary remark',
    created_at: 1_663_597_260,
    updated_at: 1_663_597_260,
    content_sources: {
      type: 'content_source.list',
      total_count: 1,
      content_sources: [{ content_type: 'article', url: '/canary', title: 'canary snippet', locale: 'en' }],
    },
  },
  ...fields,
});

/** The conversation of the page of 2.2, its JSON mended, with as many parts as it counts. */
export const pageOf22 = (id: string = freshId()): IntercomDocument => ({
  type: 'conversation',
  id,
  created_at: 1_539_897_198,
  updated_at: 1_540_393_270,
  source: {
    attachments: [],
    author: { id: '5bc8f7421ae2d96695c18a', type: 'lead' },
    body: '<p>Hi</p>',
    delivered_as: 'customer_initiated',
    id: '269650473',
    subject: '',
    type: 'conversation',
    url: 'https://intercom-survey-app.glitch.me/',
    redacted: false,
  },
  contacts: [{ id: '5bc8f7ae2d96695c18a', type: 'lead' }],
  teammates: [{ id: '814860', type: 'admin', name: 'Mark Strong', email: 'mk@acmeinc.org' }],
  admin_assignee_id: '814860',
  team_assignee_id: null,
  open: true,
  state: 'open',
  read: true,
  waiting_since: 64_654_125_776,
  snoozed_until: null,
  tags: { tags: [], type: 'tag.list' },
  first_contact_reply: {
    created_at: 1_539_897_198,
    type: 'conversation',
    url: 'https://intercom-survey-app.glitch.me/',
  },
  priority: 'not_priority',
  sla_applied: { sla_name: 'VIP customer <5m', sla_status: 'missed' },
  conversation_rating: {
    created_at: null,
    contact: { id: null, type: null },
    rating: null,
    remark: null,
    teammate: { id: null, type: null, name: null, email: null },
  },
  statistics: {
    time_to_assignment: 2310,
    time_to_admin_reply: 2408,
    time_to_first_close: 4915,
    time_to_last_close: 5125,
    median_time_to_reply: 321,
    first_contacat_reply_at: 1_539_897_200,
    first_assignment_at: 1_539_897_200,
    first_admin_reply_at: 1_539_897_200,
    first_close_at: 1_539_897_200,
    last_assignment_at: 1_539_897_200,
    last_assignment_admin_reply_at: 1_539_897_200,
    last_contact_reply_at: 1_539_897_200,
    last_admin_reply_at: 1_539_897_200,
    last_close_at: 1_539_897_200,
    last_closed_by: { type: 'admin', id: '325432652', name: 'Tom Smith', email: 'tom@example.com' },
    count_reopens: 3,
    count_assignments: 2,
    count_conversation_parts: 67,
  },
  conversation_parts: {
    conversation_parts: Array.from({ length: 67 }, (_, n) => ({
      assigned_to: null,
      attachments: [],
      author: { id: '815309', type: 'bot' },
      body: '<p>Test_App typically replies in a few hours.</p>',
      created_at: 1_539_897_200,
      external_id: null,
      id: String(2_202_737_122 + n),
      notified_at: 1_539_897_200,
      part_type: 'comment',
      type: 'conversation_part',
      updated_at: 1_539_897_200,
      redacted: false,
    })),
    total_count: 67,
    type: 'conversation_part.list',
  },
});
