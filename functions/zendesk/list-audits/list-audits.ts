import type { Conversation, Json, Part } from '../../../shared/conversations/conversation.ts';
import { externalOf } from '../../../shared/conversations/ids.ts';
import { auditIdOf, eventOf } from '../../../shared/dialects/zendesk/present.ts';
import { answerBytes, bytesOf } from '../../../shared/http/fit.ts';
import { conversations } from '../../stores.ts';
import { fitAudit, wholeAudit } from '../fit-history.ts';
import { readParts } from '../read-parts.ts';
import { type AuditsPage, type AuditsQuery, cursorLinks, evenSize, numberLinks, pageOf } from './paging.ts';

/** The parts of the audits on the page, and how many audits the ticket has. */
const readPage = async (tenantId: string, conversationId: string, { offset, size }: AuditsPage) => {
  const onPage: Part[] = [];
  const ids = new Set<string>();
  let count = 0;
  for await (const part of readParts(tenantId, conversationId)) {
    if (!eventOf(part)) {
      if (count >= offset && count < offset + size) ids.add(auditIdOf(part));
      count++;
    }
    // Messages that were appended later stand far behind their audit.
    if (ids.has(auditIdOf(part))) onPage.push(part);
  }
  return { onPage, count };
};

/** The audits, in order, that an answer can carry, and of the first what fits. The others are not signed. */
const render = async (tenantId: string, conversation: Conversation, audits: Part[][]) => {
  const rendered: Json[] = [];
  let room = answerBytes;
  for (const parts of audits) {
    const audit = await wholeAudit(tenantId, conversation, parts, room);
    if (!audit) {
      if (rendered.length > 0) return rendered;
      return [await fitAudit(tenantId, conversation, parts as [Part, ...Part[]])];
    }
    rendered.push(audit);
    room -= bytesOf(audit) + 1;
  }
  return rendered;
};

/** The audits of the page that an answer can carry, and where the first of them stands. */
const cut = async (
  tenantId: string,
  conversation: Conversation,
  onPage: Part[],
  { offset, size, by, backwards }: AuditsPage,
) => {
  // Each audit stands before its messages.
  const audits = [...Map.groupBy(onPage, auditIdOf).values()];
  const rendered = await render(tenantId, conversation, backwards ? audits.toReversed() : audits);
  const fits = rendered.length;
  if (backwards) return { from: offset + audits.length - fits, audits: rendered.toReversed() };
  const whole = fits === audits.length || by === 'cursor';
  return { from: offset, audits: whole ? rendered : rendered.slice(0, evenSize(size, fits)) };
};

/** A page of a ticket's audits, oldest first, with links of the pagination that asked for it. */
export const listAudits = async (
  tenantId: string,
  conversationId: string,
  query: AuditsQuery,
  origin: string,
): Promise<Json> => {
  const page = pageOf(query);
  const { onPage, count } = await readPage(tenantId, conversationId, page);
  const conversation = await conversations.read(tenantId, conversationId);
  const { from, audits } = await cut(tenantId, conversation, onPage, page);
  const shown = { from, to: from + audits.length, count };
  const url = (parameters: Record<string, number>) => {
    const pairs = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
    return `${origin}/api/v2/tickets/${externalOf(conversationId)}/audits.json?${new URLSearchParams(pairs).toString()}`;
  };
  return {
    audits,
    ...(page.by === 'cursor' ? cursorLinks(query, shown, url) : numberLinks(page, shown, url)),
  };
};
