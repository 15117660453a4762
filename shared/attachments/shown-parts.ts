import type { Part } from '../conversations/conversation.ts';
import type { Page, PageRequest, PartStore } from '../conversations/part-store.ts';
import type { DownloadLinks } from './file-links.ts';
import { attachmentIdsIn, withLinks } from './references.ts';

/**
 * The links of one page. Each takes 0.35 ms to sign and up to 2 KB of the answer: so many take a third of a second and 2 MB,
 * and an answer's 6 MB end three pages on. A part has 50 at most.
 */
const linksAtMost = 1_000;

/** The first parts that have no more links than a page may, and at least one; `left` is the first of the others. */
const linked = (parts: Part[]): { fit: Part[]; left?: Part | undefined } => {
  let links = 0;
  const end = parts.findIndex(({ content }, index) => {
    links += attachmentIdsIn(content).length;
    return links > linksAtMost && index > 0;
  });
  return end === -1 ? { fit: parts } : { fit: parts.slice(0, end), left: parts[end] };
};

/**
 * Reads parts as a caller may see them: each reference to a file is a link of one hour, to that part's own copy and made
 * for this answer. What is redacted has no content and so no link. Signing is arithmetic, no call: a page ends before
 * it takes long.
 */
export const shownParts = (parts: Pick<PartStore, 'read' | 'readPage'>, links: DownloadLinks) => {
  const show = async (tenantId: string, conversationId: string, part: Part): Promise<Part> => {
    const { sequence, content } = part;
    const ids = attachmentIdsIn(content);
    if (content === undefined || ids.length === 0) return part;
    const signed = ids.map(
      async (id) => [id, await links.signDownload(tenantId, conversationId, sequence, id)] as const,
    );
    return { ...part, content: withLinks(content, new Map(await Promise.all(signed))) };
  };

  return {
    /** One part that was read without links. */
    show,

    read: async (tenantId: string, conversationId: string, partId: string) => {
      const part = await parts.read(tenantId, conversationId, partId);
      return part && show(tenantId, conversationId, part);
    },

    readPage: async (tenantId: string, conversationId: string, request: PageRequest): Promise<Page> => {
      const page = await parts.readPage(tenantId, conversationId, request);
      const { fit, left } = linked(page.parts);
      return {
        parts: await Promise.all(fit.map((part) => show(tenantId, conversationId, part))),
        next: left?.sequence ?? page.next,
      };
    },
  };
};
