import type { Fetching } from '../../../shared/attachments/fetch-files.ts';
import { addParts, assertItemsFit, type PartsStores, prepareParts } from '../../../shared/conversations/add-parts.ts';
import type { SplitConversation } from '../../../shared/conversations/conversation.ts';

export interface ImportCommand {
  caller: { tenantId: string };
  conversationId: string;
  split: SplitConversation;
  fetchFiles: boolean;
}

export interface ImportReceipt {
  conversationId: string;
  created: boolean;
  added: number;
  existing: number;
}

/** Adds what is new of a conversation and touches nothing that stands; a repeat goes on where it stopped. */
export const importConversation =
  (stores: PartsStores & Fetching, now: () => number) =>
  async ({ caller, conversationId, split, fetchFiles }: ImportCommand): Promise<ImportReceipt> => {
    const { structure, text, legalHold, people, parts } = split;
    assertItemsFit(people, parts, { structure, text });
    const prepared = await prepareParts(stores)(caller.tenantId, conversationId, parts, fetchFiles);
    const heldSince = legalHold ? now() : undefined;
    const created = await stores.conversations.create(caller.tenantId, conversationId, { structure, text, heldSince });
    const counts = await addParts(stores)(caller.tenantId, conversationId, people, prepared);
    return { conversationId, created, ...counts };
  };
