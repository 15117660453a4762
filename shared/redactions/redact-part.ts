import type { Part } from '../conversations/conversation.ts';
import type { PartStore } from '../conversations/part-store.ts';
import { PartNotRedactable } from '../errors.ts';
import { findPart } from './find-part.ts';
import type { RedactionStores } from './carry-out.ts';
import { redact, type RedactCommand } from './redact.ts';
import type { RedactionReceipt, RequestKey } from './redaction.ts';

export type RedactPartCommand = Pick<RedactCommand, 'caller' | 'conversationId' | 'reason' | 'actingAs'> & {
  partId: string;
  /** The dialect's answer for the part as it is now. */
  redactable: (part: Part) => boolean;
};

/**
 * Redacts one part, if its dialect lets it be redacted. A retry with the key of an attempt that died is not
 * asked again: the part may be redacted by then, which a dialect may refuse. Throws ConversationNotFound,
 * PartNotFound, PartNotRedactable and LegalHold with nothing changed.
 */
export const redactPart =
  (stores: RedactionStores & { parts: PartStore }) =>
  async (command: RedactPartCommand, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    const { partId, redactable, ...rest } = command;
    const { part, begun } = await findPart(stores, command, requestKey);
    if (!begun && !redactable(part)) throw new PartNotRedactable();
    const scope = { kind: 'parts' as const, partIds: [partId] };
    return redact(stores)({ ...rest, scope, sequences: [part.sequence] }, requestKey);
  };
