import { ConversationNotFound, PartNotFound } from '../../../shared/errors.ts';
import { redactPart, type RedactPartCommand } from '../../../shared/redactions/redact-part.ts';
import type { RedactionReceipt, RequestKey } from '../../../shared/redactions/redaction.ts';

/** Redacts a part or the source message. Intercom says of an unknown conversation what it says of an unknown part: PartNotFound. */
export const redactMessage =
  (stores: Parameters<typeof redactPart>[0]) =>
  async (command: RedactPartCommand, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    try {
      return await redactPart(stores)(command, requestKey);
    } catch (error) {
      throw error instanceof ConversationNotFound ? new PartNotFound(undefined, { cause: error }) : error;
    }
  };
