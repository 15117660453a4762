import type { Conversation, Json, Part } from '../../conversations/conversation.ts';
import { eventOf, presentTicket } from './present.ts';
import { isObject } from './skeleton.ts';

/** Where an entry stands in a chat, by its index or by its message id. */
export interface Place {
  chatIndex?: number | undefined;
  messageId?: string | undefined;
}

/** How a request names a message: by one of its places in a chat, or by both. */
export interface MessageName extends Place {
  chatId: string;
}

const chatEventsIn = (part: Part, type: string) =>
  (((part.structure.audit as Json | undefined)?.events ?? []) as Json[]).filter((event) => event.type === type);

const chatIdIn = ({ value }: Json) => (isObject(value) ? value.chat_id : undefined);

/** The ids of the events in an audit that started the chat. */
export const startsIn = (part: Part, chatId: string): string[] =>
  chatEventsIn(part, 'ChatStartedEvent')
    .filter((event) => chatIdIn(event) === chatId)
    .map(({ id }) => String(id));

/** Whether an audit ends the chat. The event's shape is not documented: one that names no chat ends them all. */
export const endsIn = (part: Part, chatId: string): boolean =>
  chatEventsIn(part, 'ChatEndedEvent').some((event) => (chatIdIn(event) || chatId) === chatId);

/** Whether a chat of the ticket may still run: Zendesk ends a session when its ticket goes on from new or open. */
export const letsChatsRun = (conversation: Conversation): boolean =>
  ['new', 'open'].includes(presentTicket(conversation).status as string);

/** Whether the part stands at that place of its chat. */
export const isNamed = (part: Part, { chatIndex, messageId }: Place): boolean => {
  if (!eventOf(part)) return false;
  const { chat_index: index, message_id: id } = part.structure.entry as Json;
  return (chatIndex === undefined || index === chatIndex) && (messageId === undefined || id === messageId);
};

const inOrder = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).map(([key, inner]) => [key, inOrder(inner)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
};

/** The event as a redaction answers it: its keys in alphabetical order, which the published example shows. */
export const answerEvent = (event: Json): Json => inOrder(event) as Json;
