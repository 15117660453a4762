import type { GuardStore } from '../../../shared/conversations/guard.ts';
import { TooLarge } from '../../../shared/errors.ts';
import { redactionIdOf, type RequestKey } from '../../../shared/redactions/redaction.ts';

/** The most that one of the vendors takes, Intercom; S3 copies it to its part within a second or two. */
export const bytesAtMost = 100 * 1024 * 1024;

export interface CreateAttachmentCommand {
  caller: { tenantId: string };
  conversationId: string;
  contentType: string;
  bytes: number;
}

/**
 * Gives out the id of an attachment that can be uploaded. Nothing is stored: it exists once it is uploaded, and stays
 * once a part names it. Under legal hold too, which forbids destroying and not keeping. Throws ConversationNotFound and TooLarge.
 */
export const createAttachment =
  (guards: GuardStore) =>
  async (command: CreateAttachmentCommand, requestKey: RequestKey | undefined): Promise<{ attachmentId: string }> => {
    const { caller, conversationId, bytes } = command;
    if (bytes > bytesAtMost) throw new TooLarge(`The file is ${bytes} bytes; the limit is ${bytesAtMost}`);
    await guards.read(caller.tenantId, conversationId);
    // Made as a redaction's: from the key if there is one, so that a retry uploads to the same place.
    return { attachmentId: `att_${redactionIdOf(caller.tenantId, conversationId, requestKey)}` };
  };
