import * as z from 'zod/mini';
import { content, list, listOr, object, person, type Rule, stays } from './shape.ts';
import { flag, intercomId, oneOf, whole, word } from './values.ts';

/**
 * Intercom's documents in their newest form, field by field: what stays, where people stand, and what is
 * content. A field that is not here, at any depth, is content too; of these nothing is left, not even the key.
 */
const id = stays(intercomId);
const type = stays(word);
const seconds = stays(whole);
const count = stays(whole);
const text = content();

const allOf = (rule: Rule, ...names: string[]) => Object.fromEntries(names.map((name) => [name, rule]));

const tag = object({ type, id, name: text, applied_at: seconds, applied_by: person() });
const tags = listOr(list(tag), object({ type, tags: list(tag) }));
const state = stays(oneOf('open', 'closed', 'snoozed'));
const author = person({ from_ai_agent: stays(flag), is_ai_answer: stays(flag) });

const responseTimes = list(object({ team_id: id, team_name: text, response_time: seconds }));

const statistics = object({
  type,
  ...allOf(
    seconds,
    'time_to_assignment',
    'time_to_admin_reply',
    'time_to_first_close',
    'time_to_last_close',
    'median_time_to_reply',
    'handling_time',
    'adjusted_handling_time',
  ),
  ...allOf(
    seconds,
    'first_contact_reply_at',
    'first_assignment_at',
    'first_admin_reply_at',
    'first_close_at',
    'last_assignment_at',
    'last_assignment_admin_reply_at',
    'last_contact_reply_at',
    'last_admin_reply_at',
    'last_close_at',
  ),
  ...allOf(count, 'count_reopens', 'count_assignments', 'count_conversation_parts'),
  last_closed_by: person(),
  assigned_team_first_response_time: responseTimes,
  assigned_team_first_response_time_by_team: responseTimes,
  assigned_team_first_response_time_in_office_hours: responseTimes,
});

const contentSource = object({
  content_type: stays(oneOf('file', 'article', 'external_content', 'content_snippet', 'workflow_connector_action')),
  ...allOf(text, 'url', 'title', 'locale'),
});

const agent = object({
  source_type: type,
  source_title: text,
  last_answer_type: type,
  resolution_state: type,
  rating: count,
  rating_remark: text,
  created_at: seconds,
  updated_at: seconds,
  content_sources: object({ type, total_count: count, content_sources: list(contentSource) }),
});

const company = object({
  type,
  id,
  ...allOf(seconds, 'created_at', 'updated_at', 'remote_created_at', 'last_request_at'),
  ...allOf(count, 'size', 'session_count', 'user_count'),
  ...allOf(text, 'name', 'app_id', 'plan', 'company_id', 'website', 'industry', 'monthly_spend'),
  ...allOf(text, 'custom_attributes', 'tags', 'segments'),
});

const linkedObject = object({ type, id, category: stays(oneOf('Customer', 'Back-office', 'Tracker')) });

/** The conversation; its source message and its parts stand apart. */
export const conversationFields = object({
  type,
  id,
  ...allOf(seconds, 'created_at', 'updated_at', 'waiting_since', 'snoozed_until'),
  open: stays(flag),
  read: stays(flag),
  state,
  priority: type,
  admin_assignee_id: id,
  team_assignee_id: id,
  company_id: id,
  company,
  tags,
  conversation_rating: object({
    rating: count,
    remark: text,
    created_at: seconds,
    updated_at: seconds,
    contact: person(),
    teammate: person(),
  }),
  // The id of the part that it is.
  source: stays(z.nullable(z.string())),
  contacts: object({ type, contacts: list(person()) }),
  teammates: object({ type, teammates: list(person()), admins: list(person()) }),
  first_contact_reply: object({ type, created_at: seconds, url: text }),
  sla_applied: object({ type, sla_name: text, sla_status: stays(oneOf('hit', 'missed', 'cancelled', 'active')) }),
  statistics,
  conversation_parts: stays(z.null()),
  linked_objects: object({ type, total_count: count, has_more: stays(flag), data: list(linkedObject) }),
  ticket: object({ type, id }),
  ai_agent_participated: stays(flag),
  ai_agent: agent,
  sales_agent_participated: stays(flag),
  channel: object({ initial: type, current: type }),
  ...allOf(text, 'title', 'topics', 'custom_attributes', 'external_references', 'monitor_evaluations'),
  ...allOf(text, 'scorecards', 'sales_agent', 'ai_topics'),
});

/** The source message. Its subject is empty and not null where there is none. */
export const sourceFields = object({
  type,
  id,
  delivered_as: type,
  subject: content(''),
  author,
  ...allOf(text, 'body', 'attachments', 'url', 'email_message_metadata', 'recipients', 'reply_to'),
  redacted: stays(flag),
});

export const partFields = object({
  type,
  id,
  part_type: type,
  created_at: seconds,
  updated_at: seconds,
  notified_at: seconds,
  assigned_to: person(),
  author,
  external_id: id,
  redacted: stays(flag),
  email_message_metadata: content(null),
  state,
  tags,
  app_package_code: id,
  ...allOf(text, 'body', 'attachments', 'metadata', 'event_details', 'translations'),
});
