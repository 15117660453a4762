import type { Part } from '../conversations/conversation.ts';
import type { PartStore } from '../conversations/part-store.ts';
import { PartNotFound } from '../errors.ts';
import type { RedactionStores } from './carry-out.ts';
import { redactionIdOf, type RequestKey } from './redaction.ts';

/** The part that a redaction names, and whether an attempt with the same key has begun to redact it. */
export const findPart = async (
  { guards, ledger, parts }: RedactionStores & { parts: PartStore },
  { caller, conversationId, partId }: { caller: { tenantId: string }; conversationId: string; partId: string },
  requestKey: RequestKey | undefined,
): Promise<{ part: Part; begun: boolean }> => {
  const { tenantId } = caller;
  await guards.read(tenantId, conversationId);
  const part = await parts.read(tenantId, conversationId, partId);
  if (!part) throw new PartNotFound();
  if (!requestKey) return { part, begun: false };
  const id = redactionIdOf(tenantId, conversationId, requestKey);
  return { part, begun: await ledger.knows({ tenantId, conversationId, id }) };
};
