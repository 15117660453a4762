import type { Json } from '../../conversations/conversation.ts';
import { asOf, type Change, changed } from './additions.ts';
import { isObject } from './shape.ts';
import { isBefore, type Version } from './versions.ts';

/** Up to here documents are as the page of 2.2 shows them: plain arrays, string ids, and its spelling of one key. */
const isFirstForm = (version: Version) => isBefore(version, '2.7');
const misspelt = 'first_contacat_reply_at';

const blankRating = {
  created_at: null,
  contact: { id: null, type: null },
  rating: null,
  remark: null,
  teammate: { id: null, type: null, name: null, email: null },
};

const saysNothing = (value: unknown): boolean =>
  value === null || (isObject(value) && Object.values(value).every(saysNothing));

const digits = /^(?:0|[1-9]\d{0,14})$/;
const asNumber = (id: unknown) => (typeof id === 'string' && digits.test(id) ? Number(id) : id);
const asText = (id: unknown) => (typeof id === 'number' ? String(id) : id);

const priorities = ['none', 'low', 'medium', 'high', 'urgent'];

/** Two levels until 2.15, five from then on: what has any priority is a priority. */
const priorityIn = (version: Version, priority: unknown) => {
  const hasTwo = isBefore(version, '2.16');
  if (hasTwo && priorities.includes(priority as string)) return priority === 'none' ? 'not_priority' : 'priority';
  if (!hasTwo && priority === 'not_priority') return 'none';
  return !hasTwo && priority === 'priority' ? 'high' : priority;
};

const renamed = (document: unknown, from: string, to: string, change: Change = (value) => value): unknown =>
  isObject(document)
    ? Object.fromEntries(
        Object.entries(document).map(([key, value]) => (key === from ? [to, change(value)] : [key, value])),
      )
    : document;

/** A conversation of any version in the one form that is stored. */
export const toStoredForm = (document: Json): Json =>
  changed(document, {
    contacts: (contacts) => (Array.isArray(contacts) ? { type: 'contact.list', contacts } : contacts),
    teammates: (teammates) => (Array.isArray(teammates) ? { type: 'admin.list', teammates } : teammates),
    admin_assignee_id: asNumber,
    team_assignee_id: asNumber,
    conversation_rating: (rating) => (saysNothing(rating) ? null : rating),
    statistics: (statistics) =>
      renamed(renamed(statistics, misspelt, 'first_contact_reply_at'), 'last_closed_by_id', 'last_closed_by', (id) =>
        id === null ? null : { type: 'admin', id, name: null, email: null },
      ),
  }) as Json;

const toFirstForm = (document: Json): unknown =>
  changed(document, {
    contacts: (list) => (isObject(list) ? (list.contacts ?? []) : (list ?? [])),
    teammates: (list) => (isObject(list) ? (list.teammates ?? list.admins ?? []) : (list ?? [])),
    admin_assignee_id: asText,
    team_assignee_id: asText,
    conversation_rating: (rating) => rating ?? blankRating,
    statistics: (statistics) => renamed(statistics, 'first_contact_reply_at', misspelt),
  });

const toListForm = (document: Json): unknown =>
  changed(document, {
    statistics: (statistics) =>
      renamed(statistics, 'last_closed_by', 'last_closed_by_id', (closer) => (isObject(closer) ? closer.id : closer)),
  });

/** The stored form as that version has it. */
export const toVersion = (document: Json, version: Version): Json => {
  const known = asOf(document, version);
  const shaped = isFirstForm(version) ? toFirstForm(known) : toListForm(known);
  return changed(shaped, { priority: (priority) => priorityIn(version, priority) }) as Json;
};
