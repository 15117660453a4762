import type { Json } from '../../conversations/conversation.ts';
import { isObject } from './shape.ts';
import { isBefore, type Version } from './versions.ts';

export type Change = (value: unknown) => unknown;

/** The document with the named fields changed, where it has them; a change to undefined drops the field. */
export const changed = (document: unknown, changes: Record<string, Change>): unknown => {
  if (!isObject(document)) return document;
  // No copy of what does not change: an object may have 30,000 fields.
  if (!Object.keys(changes).some((key) => Object.hasOwn(document, key))) return document;
  const fields = Object.entries(document).map(([key, value]) => [
    key,
    Object.hasOwn(changes, key) ? changes[key]!(value) : value,
  ]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
};

/** A field's first version, the first versions of the fields within it, or both. */
interface Since {
  [field: string]: Version | Since | [Version, Since];
}

const tagSince: Since = { applied_at: '2.15', applied_by: '2.15' };
const authorSince: Since = { from_ai_agent: '2.14', is_ai_answer: '2.14' };

const partSince: Since = {
  author: authorSince,
  app_package_code: '2.13',
  email_message_metadata: ['2.13', { message_id: '2.15' }],
  event_details: '2.13',
  metadata: '2.13',
  state: '2.13',
  tags: ['2.13', tagSince],
  translations: 'Preview',
};

const since: Since = {
  title: '2.7',
  topics: '2.7',
  custom_attributes: '2.5',
  contacts: { contacts: { external_id: '2.7' } },
  sla_applied: { type: '2.7' },
  tags: { tags: tagSince },
  statistics: {
    type: '2.7',
    assigned_team_first_response_time: '2.12',
    assigned_team_first_response_time_in_office_hours: '2.12',
    handling_time: '2.13',
    adjusted_handling_time: '2.13',
  },
  ticket: '2.9',
  linked_objects: '2.10',
  ai_agent: '2.11',
  ai_agent_participated: '2.11',
  conversation_rating: { updated_at: '2.14' },
  company: '2.15',
  channel: '2.16',
  external_references: '2.16',
  monitor_evaluations: '2.16',
  scorecards: '2.16',
  sales_agent: '2.16',
  sales_agent_participated: '2.16',
  ai_topics: 'Preview',
  source: { author: authorSince, email_message_metadata: '2.16', recipients: '2.16', reply_to: '2.16' },
  conversation_parts: { conversation_parts: partSince },
};

const without = (document: unknown, later: Since, version: Version): unknown => {
  if (Array.isArray(document)) return document.map((entry) => without(entry, later, version));
  const changes = Object.entries(later).map(([field, entry]): [string, Change] => {
    const [first, within] = typeof entry === 'string' ? [entry] : Array.isArray(entry) ? entry : [undefined, entry];
    if (first !== undefined && isBefore(version, first)) return [field, () => undefined];
    return [field, (value) => (within === undefined ? value : without(value, within, version))];
  });
  return changed(document, Object.fromEntries(changes));
};

/** The document without what Intercom added after that version. */
export const asOf = (document: Json, version: Version): Json => without(document, since, version) as Json;
