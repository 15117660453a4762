import type { Json, Part } from '../../../shared/conversations/conversation.ts';
import { externalOf } from '../../../shared/conversations/ids.ts';
import { auditIdOf, eventOf, presentAudits } from '../../../shared/dialects/zendesk/present.ts';
import { conversations } from '../../stores.ts';
import { answerLimit, bytesOf, fitAudit } from '../fit-history.ts';
import { readParts } from '../read-parts.ts';
import type { AuditsPage } from './schema.ts';

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

/** How many of the audits an answer can carry: at least one. */
const fitting = (audits: Json[]): number => {
  let left = answerLimit;
  const over = audits.findIndex((audit) => (left -= bytesOf(audit)) < 0);
  return over < 0 ? audits.length : Math.max(1, over);
};

/** The largest page size that is no more than what fits and whose pages begin where those of `size` do. */
const evenPart = (size: number, fits: number): number => {
  let part = fits;
  while (size % part !== 0) part--;
  return part;
};

/** A page of a ticket's audits, oldest first, in the form of the pagination that asked for it. */
export const listAudits = async (
  tenantId: string,
  conversationId: string,
  page: AuditsPage,
  origin: string,
): Promise<Json> => {
  const { offset, size, byCursor } = page;
  const { onPage, count } = await readPage(tenantId, conversationId, page);
  const { people } = await conversations.read(tenantId, conversationId);
  const all = presentAudits(onPage, people);
  const fits = fitting(all);
  const cut = fits < all.length;
  const taken = cut && !byCursor ? evenPart(size, fits) : fits;
  const audits = all
    .slice(0, taken)
    .map((audit) => (taken === 1 && bytesOf(audit) > answerLimit ? fitAudit(audit) : audit));
  const url = (query: Record<string, number>) => {
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
    );
    return `${origin}/api/v2/tickets/${externalOf(conversationId)}/audits.json?${parameters.toString()}`;
  };
  const next = offset + audits.length < count && audits.length > 0 ? offset + audits.length : undefined;
  if (byCursor) {
    const link = (name: string, cursor: number | null) =>
      cursor === null ? null : url({ 'page[size]': size, [`page[${name}]`]: cursor });
    const [after, before] = [next ?? null, offset > 0 ? offset : null];
    return {
      audits,
      meta: { has_more: after !== null, after_cursor: after && String(after), before_cursor: before && String(before) },
      links: { prev: link('before', before), next: link('after', after) },
    };
  }
  const each = cut ? taken : size;
  return {
    audits,
    next_page: next === undefined ? null : url({ page: next / each + 1, per_page: each }),
    previous_page: offset === 0 ? null : url({ page: offset / size, per_page: size }),
    count,
  };
};
