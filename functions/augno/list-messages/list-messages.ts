import type * as z from 'zod/mini';
import type { Part } from '../../../shared/conversations/conversation.ts';
import { externalOf } from '../../../shared/conversations/ids.ts';
import { answerConversation, answerMessage } from '../../../shared/dialects/augno/present.ts';
import { includesOf, within } from '../../../shared/dialects/augno/schema.ts';
import { answerBytes, fitting } from '../../../shared/http/fit.ts';
import { shown } from '../../shown-parts.ts';
import { conversations, parts } from '../../stores.ts';
import { readLastSent } from '../conversation-answer.ts';
import type { listMessagesRequest } from './schema.ts';

type Query = z.infer<typeof listMessagesRequest.query>;

// A filter that few messages pass may end a page early: a list is read page by page anyway.
const readsAtMost = 10;

const passes =
  ({ status, after_sequence: after }: Query) =>
  ({ structure }: Part) =>
    (status === undefined || structure.status === status) &&
    (after === undefined || (typeof structure.sequence === 'number' && structure.sequence > after));

/** The messages that pass the filter, in reading order and without links, and where to read on. */
const readFiltered = async (
  tenantId: string,
  conversationId: string,
  query: Query,
  forward: boolean,
  start?: number,
) => {
  const found: Part[] = [];
  let from = start;
  for (let reads = 0; reads < readsAtMost; reads++) {
    const page = await parts.readPage(tenantId, conversationId, { from, forward, limit: query.limit - found.length });
    found.push(...page.parts.filter(passes(query)));
    from = page.next;
    if (from === undefined || found.length >= query.limit) break;
  }
  return { found, next: from };
};

/** The message that another one replies to: rendered from where it stands, so that no copy outlives it. */
const repliedTo = async (tenantId: string, conversationId: string, { structure }: Part): Promise<Part | undefined> => {
  const id = (structure.reply_to as { id: string } | null | undefined)?.id;
  return id === undefined ? undefined : shown.read(tenantId, conversationId, id);
};

/** The address of another page of the same list. */
const pageUrl = (conversationId: string, query: Query, cursor: string): string => {
  const parameters = new URLSearchParams({ cursor, limit: String(query.limit) });
  if (query.status) parameters.set('status', query.status);
  if (query.after_sequence !== undefined) parameters.set('after_sequence', String(query.after_sequence));
  for (const include of includesOf(query)) parameters.append('include[]', include);
  return `/v1/messaging/conversations/${externalOf(conversationId)}/messages?${parameters.toString()}`;
};

/** A page of messages, newest first, as Augno lists them; a page ends early where its answer would grow too large. */
export const listMessages = async (tenantId: string, conversationId: string, query: Query) => {
  const { cursor } = query;
  const includes = includesOf(query);
  const older = cursor?.older ?? true;
  const conversation = await conversations.read(tenantId, conversationId);
  const { people } = conversation;
  const { found, next } = await readFiltered(tenantId, conversationId, query, !older, cursor?.from);

  const conversationIn = includes.has('conversation')
    ? answerConversation(conversation, await readLastSent(tenantId, conversation), within(includes, 'conversation'))
    : null;
  const { rendered, left } = await fitting(found, answerBytes, async (part) => {
    const reply = includes.has('reply_to') ? await repliedTo(tenantId, conversationId, part) : undefined;
    return answerMessage(await shown.show(tenantId, conversationId, part), people, includes, {
      conversation: conversationIn,
      replyTo: reply ? answerMessage(reply, people, within(includes, 'reply_to')) : null,
    });
  });

  const onwards = left?.sequence ?? next;
  // What lies behind, seen from where this page began.
  const behind = cursor && (older ? (found[0]?.sequence ?? cursor.from) + 1 : cursor.from - 1);
  const [nextPage, previousPage] = older ? [onwards, behind] : [behind, onwards];
  const hasNext = nextPage !== undefined && nextPage >= 0;
  const hasPrevious = previousPage !== undefined;
  return {
    object: 'list',
    page_info: {
      next_page_url: hasNext ? pageUrl(conversationId, query, `n${nextPage}`) : null,
      previous_page_url: hasPrevious ? pageUrl(conversationId, query, `p${previousPage}`) : null,
      has_next_page: hasNext,
      has_prev_page: hasPrevious,
    },
    data: older ? rendered : rendered.toReversed(),
  };
};
