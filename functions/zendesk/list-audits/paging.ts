import type * as z from 'zod/mini';
import type { Json } from '../../../shared/conversations/conversation.ts';
import { atMost, type listAuditsRequest } from './schema.ts';

export type AuditsQuery = z.infer<typeof listAuditsRequest.query>;

/** A page of the list: where it begins, how long it is, and which of Zendesk's two paginations asked for it. */
export interface AuditsPage {
  offset: number;
  size: number;
  by: 'number' | 'cursor';
  /** Whether the list is read from its end, so that a page that has to be cut loses its beginning. */
  backwards: boolean;
}

/** The page that a query asks for: by cursor if it says so, else by number. */
export const pageOf = (query: AuditsQuery): AuditsPage => {
  const { page, per_page: perPage = atMost, 'page[size]': asked, 'page[after]': after, 'page[before]': before } = query;
  if (before !== undefined) {
    const offset = Math.max(0, before - (asked ?? atMost));
    return { offset, size: before - offset, by: 'cursor', backwards: true };
  }
  if (asked !== undefined || after !== undefined) {
    return { offset: after ?? 0, size: asked ?? atMost, by: 'cursor', backwards: false };
  }
  return { offset: (page - 1) * perPage, size: perPage, by: 'number', backwards: false };
};

/** The largest size that is no more than `fits`, and whose pages begin where those of `size` do. */
export const evenSize = (size: number, fits: number): number => {
  let even = fits;
  while (size % even !== 0) even--;
  return even;
};

/** What is on an answer's page: audits from `from` to `to`, the end not included, of `count`. */
export interface Shown {
  from: number;
  to: number;
  count: number;
}

type Url = (query: Record<string, number>) => string;

/** The links of cursor pagination; a cursor is a place in the list. */
export const cursorLinks = (
  { 'page[size]': size = atMost }: AuditsQuery,
  { from, to, count }: Shown,
  url: Url,
): Json => {
  const after = to < count && to > from ? to : null;
  const before = from > 0 ? from : null;
  const link = (name: string, cursor: number | null) =>
    cursor === null ? null : url({ 'page[size]': size, [`page[${name}]`]: cursor });
  return {
    meta: { has_more: after !== null, after_cursor: after && String(after), before_cursor: before && String(before) },
    links: { prev: link('before', before), next: link('after', after) },
  };
};

/** The links of numbered pages. A page that was cut leads on to pages of what fitted. */
export const numberLinks = ({ offset, size }: AuditsPage, { to, count }: Shown, url: Url): Json => {
  const each = to - offset > 0 && to < count ? to - offset : size;
  return {
    next_page: to < count && to > offset ? url({ page: to / each + 1, per_page: each }) : null,
    previous_page: offset === 0 ? null : url({ page: offset / size, per_page: size }),
    count,
  };
};
