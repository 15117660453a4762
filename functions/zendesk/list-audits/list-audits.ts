import type { Json, Part } from '../../../shared/conversations/conversation.ts';
import { externalOf } from '../../../shared/conversations/ids.ts';
import { auditIdOf, eventOf, presentAudits } from '../../../shared/dialects/zendesk/present.ts';
import { answerBytes, bytesOf, fitting } from '../../../shared/http/fit.ts';
import { conversations } from '../../stores.ts';
import { fitAudit } from '../fit-history.ts';
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

/** The audits of the page that an answer can carry, and where the first of them stands. */
const cut = async (audits: Json[], { offset, size, by, backwards }: AuditsPage) => {
  const { rendered } = await fitting(backwards ? audits.toReversed() : audits, answerBytes, (audit) => audit);
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
  const { people } = await conversations.read(tenantId, conversationId);
  const { from, audits } = await cut(presentAudits(onPage, people), page);
  const shown = { from, to: from + audits.length, count };
  const url = (parameters: Record<string, number>) => {
    const pairs = Object.entries(parameters).map(([name, value]): [string, string] => [name, String(value)]);
    return `${origin}/api/v2/tickets/${externalOf(conversationId)}/audits.json?${new URLSearchParams(pairs).toString()}`;
  };
  return {
    audits: audits.map((audit) => (audits.length === 1 && bytesOf(audit) > answerBytes ? fitAudit(audit) : audit)),
    ...(page.by === 'cursor' ? cursorLinks(query, shown, url) : numberLinks(page, shown, url)),
  };
};
