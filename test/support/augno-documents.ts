import { randomBytes } from 'node:crypto';

/** Documents as Augno's reads return them, with a canary in every place that content can stand. */

type Fields = Record<string, unknown>;

const emptyList = {
  object: 'list',
  page_info: { next_page_url: null, previous_page_url: null, has_next_page: false, has_prev_page: false },
  data: [],
};

export const listOf = (data: unknown[]) => ({ ...emptyList, data });

export const actor = (id: string, name = 'Ada Brandt') => ({
  id,
  object: 'actor',
  type: 'user',
  name,
  handle: `${id}@example.com`,
  avatar_url: null,
  role: null,
});

export const attachment = (id: string, filename: string) => ({
  id,
  object: 'message_attachment',
  kind: 'file',
  filename,
  content_type: 'application/pdf',
  size_bytes: 100,
  url: `https://files.example.com/${filename}`,
  resource: null,
  created_at: '2026-11-02T09:00:00.000Z',
});

export const message = (id: string, sequence: number | null, fields: Fields = {}) => ({
  id,
  object: 'chat_message',
  kind: 'chat',
  status: sequence === null ? 'draft' : 'sent',
  visibility: 'internal',
  conversation: null,
  sequence,
  body: `canary body of ${id}`,
  subject: null,
  sender: actor('acus_ada'),
  author: actor('acus_ada'),
  attachments: emptyList as Fields,
  reply_to: null as Fields | null,
  resource: null,
  channel: 'message',
  scheduled_at: null,
  agent_run: null,
  streaming_state: null,
  client_message_id: null,
  edited_at: null,
  deleted_at: null,
  created_at: new Date(Date.parse('2026-11-02T09:00:00Z') + (sequence ?? 0) * 1000).toISOString(),
  updated_at: '2026-11-02T09:00:00.000Z',
  ...fields,
});

export const conversation = (id: string, fields: Fields = {}) => ({
  id,
  object: 'conversation',
  type: 'group',
  audience: 'customer',
  title: 'canary title',
  workflow_status: 'open',
  group: null as Fields | null,
  status: 'active',
  legal_hold: 'released',
  assignee: actor('acus_noor', 'Noor Haddad'),
  participants: listOf([
    {
      id: `cvpt_${id}`,
      object: 'conversation_participant',
      type: 'user',
      role: 'owner',
      membership: 'active',
      notifications: 'unmuted',
      actor: null,
      agent_trigger_policy: null,
      agent_trigger_keywords: [],
    },
  ]) as Fields,
  topic: null as Fields | null,
  unread: 2,
  last_message_at: null as string | null,
  last_message: null as Fields | null,
  created_at: '2026-11-02T09:00:00.000Z',
  updated_at: '2026-11-02T09:00:00.000Z',
  ...fields,
});

/** An id that no other test uses. */
export const freshId = (prefix: string) => `${prefix}_${randomBytes(6).toString('hex')}`;

export interface AugnoDocument {
  conversation: ReturnType<typeof conversation>;
  messages: ReturnType<typeof message>[];
}

/** A conversation of that many messages under an id of its own. */
export const documentOf = (count: number, id = freshId('cv')): AugnoDocument => ({
  conversation: conversation(id),
  messages: Array.from({ length: count }, (_, n) => message(`mg_${id}_${n}`, n + 1)),
});
