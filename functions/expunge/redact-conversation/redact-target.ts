import type { PartStore } from '../../../shared/conversations/part-store.ts';
import { PartNotFound } from '../../../shared/errors.ts';
import type { RedactionStores } from '../../../shared/redactions/carry-out.ts';
import { redact, type RedactCommand } from '../../../shared/redactions/redact.ts';
import type { RedactionReceipt, RequestKey } from '../../../shared/redactions/redaction.ts';

/** What a request names, in the words of the request. */
export type RedactionTarget = { scope: 'conversation' } | { parts: string[] };

type Command = Pick<RedactCommand, 'caller' | 'conversationId' | 'reason'> & { target: RedactionTarget };

/** Redacts the whole conversation or the named parts, at most 100. Throws PartNotFound if one of them is not there. */
export const redactTarget =
  (stores: RedactionStores & { parts: PartStore }) =>
  async ({ target, ...command }: Command, requestKey: RequestKey | undefined): Promise<RedactionReceipt> => {
    if ('scope' in target) return redact(stores)({ ...command, scope: { kind: target.scope } }, requestKey);
    const { caller, conversationId } = command;
    await stores.guards.read(caller.tenantId, conversationId);
    const ids = [...new Set(target.parts)];
    const tied = await stores.parts.sequencesOf(caller.tenantId, conversationId, ids);
    const standing = await stores.parts.present(caller.tenantId, conversationId, [...tied.values()]);
    const sequences = ids.map((id) => tied.get(id) ?? -1);
    if (!sequences.every((sequence) => standing.has(sequence))) throw new PartNotFound();
    return redact(stores)({ ...command, scope: { kind: 'parts', partIds: ids }, sequences }, requestKey);
  };
