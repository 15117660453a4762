import type { Part } from '../conversations/conversation.ts';
import type { PageRequest, PartStore } from '../conversations/part-store.ts';
import type { AttachmentStore } from './attachment-store.ts';
import { attachmentIdsIn, withLinks } from './references.ts';

/**
 * Reads parts as a caller may see them: each reference to a file is a link of one hour, to that part's own copy and made
 * for this answer. What is redacted has no content and so no link. Signing is arithmetic, no call.
 */
export const shownParts = (
  parts: Pick<PartStore, 'read' | 'readPage'>,
  attachments: Pick<AttachmentStore, 'signDownload'>,
): Pick<PartStore, 'read' | 'readPage'> => {
  const show = async (tenantId: string, conversationId: string, part: Part): Promise<Part> => {
    const { sequence, content } = part;
    const ids = attachmentIdsIn(content);
    if (content === undefined || ids.length === 0) return part;
    const links = ids.map(
      async (id) => [id, await attachments.signDownload(tenantId, conversationId, sequence, id)] as const,
    );
    return { ...part, content: withLinks(content, new Map(await Promise.all(links))) };
  };

  return {
    read: async (tenantId: string, conversationId: string, partId: string) => {
      const part = await parts.read(tenantId, conversationId, partId);
      return part && show(tenantId, conversationId, part);
    },

    readPage: async (tenantId: string, conversationId: string, request: PageRequest) => {
      const page = await parts.readPage(tenantId, conversationId, request);
      return { ...page, parts: await Promise.all(page.parts.map((part) => show(tenantId, conversationId, part))) };
    },
  };
};
