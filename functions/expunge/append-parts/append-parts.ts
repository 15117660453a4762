import type { Fetching } from '../../../shared/attachments/fetch-files.ts';
import {
  addParts,
  type AddedParts,
  assertItemsFit,
  type PartsStores,
  prepareParts,
} from '../../../shared/conversations/add-parts.ts';
import type { People, SplitPart } from '../../../shared/conversations/conversation.ts';
import { partsOf } from '../../../shared/conversations/limits.ts';
import type { Dialect } from '../../../shared/dialects/dialect.ts';

export interface AppendCommand {
  caller: { tenantId: string };
  conversationId: string;
  split: { parts: SplitPart[]; people: People }[];
  fetchFiles: boolean;
}

/** Splits the documents, each of which may hold several parts. Throws InvalidRequest, and TooLarge as soon as there are too many. */
export const splitAll = (dialect: Dialect, documents: readonly unknown[]): AppendCommand['split'] => {
  const split: AppendCommand['split'] = [];
  partsOf(documents, (document) => {
    const next = dialect.splitParts(document);
    split.push(next);
    return next.parts;
  });
  return split;
};

/** Appends the parts that are new, in the order given. Throws ConversationNotFound before anything is written. */
export const appendParts =
  (stores: PartsStores & Fetching) =>
  async ({ caller, conversationId, split, fetchFiles }: AppendCommand): Promise<AddedParts> => {
    const parts = split.flatMap((document) => document.parts);
    const people: People = {};
    for (const { people: named } of split) {
      for (const [id, views] of Object.entries(named)) people[id] = { ...views, ...people[id] };
    }
    assertItemsFit(people, parts);
    await stores.guards.read(caller.tenantId, conversationId);
    const prepared = await prepareParts(stores)(caller.tenantId, conversationId, parts, fetchFiles);
    return addParts(stores)(caller.tenantId, conversationId, people, prepared);
  };
