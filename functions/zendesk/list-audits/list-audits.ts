import type { Json, Part } from '../../../shared/conversations/conversation.ts';
import { externalOf } from '../../../shared/conversations/ids.ts';
import { auditIdOf, eventOf, presentAudits } from '../../../shared/dialects/zendesk/present.ts';
import { conversations } from '../../stores.ts';
import { answerLimit, bytesOf, fitAudit } from '../fit-history.ts';
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

/** How many of the audits an answer can carry, counted from the first: at least one. */
const fitting = (audits: Json[]): number => {
  let left = answerLimit;
  const over = audits.findIndex((audit) => {
    left -= bytesOf(audit);
    return left < 0;
  });
  return over < 0 ? audits.length : Math.max(1, over);
};

/** The audits of the page that an answer can carry, and where the first of them stands. */
const cut = (audits: Json[], { offset, size, by, backwards }: AuditsPage) => {
  const fits = fitting(backwards ? audits.toReversed() : audits);
  if (fits === audits.length) return { from: offset, audits };
  if (backwards) return { from: offset + audits.length - fits, audits: audits.slice(-fits) };
  return { from: offset, audits: audits.slice(0, by === 'cursor' ? fits : evenSize(size, fits)) };
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
  const { people } = await conversations.read(tenantId, conversationId);
  const { from, audits } = cut(presentAudits(onPage, people), page);
  const shown = { from, to: from + audits.length, count };
  const url = (parameters: Record<string, number>) => {
    const pairs = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
    return `${origin}/api/v2/tickets/${externalOf(conversationId)}/audits.json?${new URLSearchParams(pairs).toString()}`;
  };
  return {
    audits: audits.map((audit) => (audits.length === 1 && bytesOf(audit) > answerLimit ? fitAudit(audit) : audit)),
    ...(page.by === 'cursor' ? cursorLinks(query, shown, url) : numberLinks(page, shown, url)),
  };
};
