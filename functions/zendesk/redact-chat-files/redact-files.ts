import type { Part } from '../../../shared/conversations/conversation.ts';
import type { ConversationStore } from '../../../shared/conversations/conversation-store.ts';
import { isNamed, type Place } from '../../../shared/dialects/zendesk/chats.ts';
import { isFile } from '../../../shared/dialects/zendesk/present.ts';
import { InvalidRequest, PartNotFound, PartNotRedactable } from '../../../shared/errors.ts';
import type { RedactionStores } from '../../../shared/redactions/carry-out.ts';
import { redact } from '../../../shared/redactions/redact.ts';
import {
  partsAtMost,
  type RedactionReceipt,
  type Requester,
  type RequestKey,
} from '../../../shared/redactions/redaction.ts';
import { assertEnded } from '../assert-allowed.ts';
import { findEntries } from '../find-entries.ts';

export interface RedactFilesCommand {
  caller: Requester;
  conversationId: string;
  chatId: string;
  places: Place[];
}

/** Whether the entry stands at one of the places. */
export const standsAt = (places: Place[]) => (entry: Part) => places.some((place) => isNamed(entry, place));

/**
 * Redacts all files at the named places of a chat that has ended, or none. Throws PartNotFound where nothing
 * stands at one of them, and PartNotRedactable where no file does.
 */
export const redactFiles =
  (stores: RedactionStores & { conversations: ConversationStore }) =>
  async (
    { caller, conversationId, chatId, places }: RedactFilesCommand,
    requestKey: RequestKey | undefined,
  ): Promise<RedactionReceipt> => {
    const { tenantId } = caller;
    const found = await findEntries(tenantId, conversationId, chatId, standsAt(places));
    const files = found.entries.filter(isFile);
    const without = (entries: Part[]) => places.some((place) => !entries.some((entry) => isNamed(entry, place)));
    if (without(found.entries)) throw new PartNotFound();
    await assertEnded(stores.conversations, tenantId, conversationId, found);
    if (without(files)) throw new PartNotRedactable('Only files of chats can be redacted');
    // Several files may claim one place.
    if (files.length > partsAtMost) throw new InvalidRequest(`More than ${partsAtMost} files stand at these places`);
    const scope = { kind: 'parts' as const, partIds: files.map(({ id }) => id) };
    const sequences = files.map(({ sequence }) => sequence);
    return redact(stores)({ caller, conversationId, scope, sequences }, requestKey);
  };
