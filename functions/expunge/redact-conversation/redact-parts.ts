import type { PartStore } from '../../../shared/conversations/part-store.ts';
import { PartNotFound } from '../../../shared/errors.ts';
import type { RedactionStores } from '../../../shared/redactions/carry-out.ts';
import { redact, type RedactCommand } from '../../../shared/redactions/redact.ts';
import type { RedactionReceipt, RequestKey } from '../../../shared/redactions/redaction.ts';

type PartsOrAll = Pick<RedactCommand, 'caller' | 'conversationId' | 'reason'> & { partIds: string[] | undefined };

/** Redacts the named parts, or the whole conversation where none is named. Throws PartNotFound if one of them is not there. */
export const redactParts =
  (stores: RedactionStores & { parts: PartStore }) =>
  async ({ partIds, ...command }: PartsOrAll, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    if (!partIds) return redact(stores)({ ...command, scope: { kind: 'conversation' } }, requestKey);
    const { caller, conversationId } = command;
    await stores.guards.read(caller.tenantId, conversationId);
    const ids = [...new Set(partIds)];
    const tied = await stores.parts.sequencesOf(caller.tenantId, conversationId, ids);
    const standing = await stores.parts.present(caller.tenantId, conversationId, [...tied.values()]);
    const sequences = ids.map((id) => tied.get(id) ?? -1);
    if (!sequences.every((sequence) => standing.has(sequence))) throw new PartNotFound();
    return redact(stores)({ ...command, scope: { kind: 'parts', partIds: ids }, sequences }, requestKey);
  };
