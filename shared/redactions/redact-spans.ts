import type { Part } from '../conversations/conversation.ts';
import type { Masking } from '../conversations/masking.ts';
import type { PartStore } from '../conversations/part-store.ts';
import { findPart } from './find-part.ts';
import type { RedactionStores } from './carry-out.ts';
import { redact, type RedactCommand } from './redact.ts';
import type { RedactionReceipt, RequestKey } from './redaction.ts';

export type RedactSpansCommand = Pick<RedactCommand, 'caller' | 'conversationId' | 'actingAs'> & {
  partId: string;
  /** The dialect's answer for the part as it is now: what to mask, or undefined where nothing changes. It may refuse by an error. */
  mask: (part: Part) => Masking | undefined;
};

const nothing: Masking = { spans: [], clear: [], mask: '' };

/**
 * Masks spans of one part. They are placed in the text that the dialect saw: if another redaction changes it
 * first, this one is refused as PartChanged. A retry with the key of an attempt that died goes on with the
 * spans that the ledger holds. Throws ConversationNotFound, PartNotFound and LegalHold with nothing changed.
 */
export const redactSpans =
  (stores: RedactionStores & { parts: PartStore }) =>
  async (command: RedactSpansCommand, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    const { partId, mask, ...rest } = command;
    const { part, begun } = await findPart(stores, command, requestKey);
    const masking = begun ? undefined : mask(part);
    const scope = {
      kind: 'spans' as const,
      partIds: [partId],
      masking: masking ?? nothing,
      version: part.version ?? 0,
    };
    // An attempt that has begun continues with the spans of its own entry.
    const sequences = begun ? undefined : masking ? [part.sequence] : [];
    return redact(stores)({ ...rest, scope, sequences }, requestKey);
  };
