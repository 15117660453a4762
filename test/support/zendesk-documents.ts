import { randomBytes } from 'node:crypto';
import type { SplitConversation } from '../../shared/conversations/conversation.ts';
import { redacted as redactedAt, type Stored, stored } from './stored.ts';

/** Tickets and audits as Zendesk's reads return them, with a canary in every place that content can stand. */

export type Fields = Record<string, any>;

/** An id that no other test uses. */
export const freshNumber = () => randomBytes(5).readUIntBE(0, 5) + 1_000_000;
const freshChat = () => `2109.10502823.${randomBytes(6).toString('hex')}`;

export const ticketOf = (id: number, fields: Fields = {}): Fields => ({
  url: `https://example.zendesk.com/api/v2/tickets/${id}.json`,
  id,
  external_id: 'canary external id',
  via: { channel: 'chat', source: { from: { address: 'canary@example.com' }, to: {}, rel: null } },
  created_at: '2026-11-02T09:00:00Z',
  updated_at: '2026-11-02T09:20:00Z',
  generated_timestamp: 1793611200,
  type: 'problem',
  subject: 'canary subject',
  raw_subject: 'canary subject',
  description: 'canary description',
  priority: 'high',
  status: 'solved',
  recipient: null,
  requester_id: 20978392,
  assignee_id: 235323,
  organization_id: null,
  collaborator_ids: [35334, 234],
  follower_ids: [],
  has_incidents: false,
  is_public: true,
  due_at: null,
  tags: ['canary_tag', 'enterprise'],
  custom_fields: [{ id: 27642, value: 'canary-745' }],
  satisfaction_rating: { id: 1234, score: 'good', comment: 'canary praise' },
  ...fields,
});

export const message = (chatIndex: number, text: string, fields: Fields = {}): Fields => ({
  chat_index: chatIndex,
  type: 'ChatMessage',
  actor_id: 20978392,
  actor_name: 'Ada Brandt',
  actor_type: 'end-user',
  timestamp: 1793610000000 + chatIndex,
  message: text,
  ...fields,
});

export const messagingMessage = (messageId: string, text: string, fields: Fields = {}): Fields => ({
  type: 'ChatMessage',
  message_id: messageId,
  actor_id: 235323,
  actor_name: 'Noor Haddad',
  actor_type: 'agent',
  timestamp: 1793610000500,
  message: text,
  original_message: {
    id: messageId,
    received: '2026-11-02T09:01:00.500Z',
    author: { type: 'business', user_id: '5f0c1a2b3c4d5e6f7a8b9c0d', display_name: 'Noor H.', avatar_url: null },
    source: { type: 'zd:agentWorkspace' },
    content: { type: 'text', text },
  },
  ...fields,
});

export const file = (chatIndex: number, name: string): Fields => ({
  chat_index: chatIndex,
  type: 'ChatFileAttachment',
  actor_id: 20978392,
  actor_name: 'Ada Brandt',
  actor_type: 'end-user',
  timestamp: 1793610000000 + chatIndex,
  filename: name,
  mime_type: 'image/png',
  url: `https://files.example.com/${name}`,
  size: 2048,
});

export const started = (chatId: string, history: Fields[], fields: Fields = {}): Fields => ({
  id: freshNumber(),
  type: 'ChatStartedEvent',
  value: { visitor_id: '10502823-16EkM3T6VNq7KMd', chat_id: chatId, history, ...fields },
});

export const ended = (chatId: string): Fields => ({
  id: freshNumber(),
  type: 'ChatEndedEvent',
  value: { chat_id: chatId, visitor_id: '10502823-16EkM3T6VNq7KMd', is_served: true, tags: ['canary_chat_tag'] },
});

export const comment = (body: string): Fields => ({
  id: freshNumber(),
  type: 'Comment',
  author_id: 235323,
  body,
  html_body: `<div><p>${body}</p></div>`,
  plain_body: body,
  public: true,
  attachments: [
    { id: 498483, file_name: 'canary-crash.log', content_url: 'https://files.example.com/canary-crash.log' },
  ],
  audit_id: 35436,
});

export const change = (field: string, value: unknown, before: unknown = null): Fields => ({
  id: freshNumber(),
  type: 'Change',
  field_name: field,
  value,
  previous_value: before,
});

export const auditOf = (ticketId: number, events: Fields[], fields: Fields = {}): Fields => ({
  id: freshNumber(),
  ticket_id: ticketId,
  created_at: '2026-11-02T09:00:00Z',
  author_id: 235323,
  metadata: {
    system: {
      client: 'canary browser',
      ip_address: '192.0.2.1',
      location: 'canary town',
      latitude: 53.5,
      longitude: 10,
    },
    custom: { 'canary key': 'canary value' },
  },
  events,
  via: { channel: 'web', source: { from: { name: 'canary sender' }, to: {}, rel: null } },
  ...fields,
});

export interface ZendeskDocument {
  ticket: Fields;
  audits: Fields[];
}

/** A ticket with a chat of these messages, begun and ended, and two audits around it. */
export const documentOf = (
  texts: readonly string[] = ['canary hello', 'My ID number is 847564!'],
): ZendeskDocument & { id: number; chatId: string } => {
  const id = freshNumber();
  const chatId = freshChat();
  const history = [
    {
      type: 'ChatJoin',
      actor_id: 20978392,
      actor_name: 'Ada Brandt',
      actor_type: 'end-user',
      timestamp: 1793609999000,
    },
    ...texts.map((text, n) => message(n, text)),
    file(texts.length, 'canary-passport.png'),
  ];
  return {
    id,
    chatId,
    ticket: ticketOf(id),
    audits: [
      auditOf(id, [comment('canary description'), change('subject', 'canary subject')]),
      auditOf(id, [started(chatId, history)]),
      auditOf(id, [ended(chatId), change('status', 'solved', 'open')]),
    ],
  };
};

/** The document alone, as an import takes it. */
export const documentIn = ({ ticket, audits }: ZendeskDocument): ZendeskDocument => ({ ticket, audits });

/** A split document as readers see it once it is stored. */
export const storedAs = (split: SplitConversation): Stored => stored('zendesk', split);

/** The same after a redaction of everything. */
export const redacted = (whole: Stored): Stored => redactedAt(whole, 1793611200000);
