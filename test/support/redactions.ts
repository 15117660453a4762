import { randomUUID } from 'node:crypto';
import pMap from 'p-map';
import { fetching } from '../../functions/fetching.ts';
import { attachments, files } from '../../functions/files.ts';
import { conversations, erasures, guards, index, ledger, parts } from '../../functions/stores.ts';
import { addParts, prepareParts } from '../../shared/conversations/add-parts.ts';
import type { SplitPart } from '../../shared/conversations/conversation.ts';
import { redact, type RedactCommand } from '../../shared/redactions/redact.ts';
import type { RedactionReceipt, RequestKey } from '../../shared/redactions/redaction.ts';
import { freshId } from './augno-documents.ts';

export const tenantId = 'tenant-walk';
export const caller = { tenantId, keyId: 'key_walk', requestId: 'request_walk=' };

/** A clock that a test moves. */
export const clock = { at: Date.parse('2026-11-22T10:00:00Z') };
export const now = () => clock.at;

export const stores = { guards, erasures, files, ledger, parts, now };

export const splitPart = (id: string, fields: Partial<SplitPart> = {}): SplitPart => ({
  id,
  structure: { id, body: null },
  content: { body: `canary of ${id}` },
  ...fields,
});

/** A conversation of that many parts, with text of its own; returns its id. */
export const conversationOf = async (count: number, fields: Partial<SplitPart> = {}): Promise<string> => {
  const id = `augno:${freshId('cv')}`;
  await conversations.create(tenantId, id, { structure: { id }, text: { title: `canary title of ${id}` } });
  await append(
    id,
    Array.from({ length: count }, (_, n) => splitPart(`${id.slice(6)}_${n}`, fields)),
  );
  return id;
};

/** A conversation with that many sequences reserved, of which those given have a part; returns its id. */
export const sparseConversation = async (reserved: number, written: number[]): Promise<string> => {
  const id = await conversationOf(0);
  await guards.reserve(tenantId, id, reserved);
  await pMap(
    written,
    async (sequence) => {
      const part = splitPart(`${id.slice(6)}_${sequence}`);
      await parts.claim(tenantId, id, part.id, sequence);
      await parts.put(tenantId, id, sequence, part);
    },
    { concurrency: 16 },
  );
  return id;
};

export const append = async (conversationId: string, split: SplitPart[]) =>
  addParts({ conversations, guards, parts, attachments, index })(
    tenantId,
    conversationId,
    {},
    await prepareParts({ parts, attachments, ...fetching })(tenantId, conversationId, split, false),
  );

export const redactAll = (
  conversationId: string,
  { kind = 'conversation', ...more }: { kind?: 'conversation' | 'messages' } & Partial<RedactCommand> = {},
  requestKey?: RequestKey,
): Promise<RedactionReceipt> => redact(stores)({ caller, conversationId, scope: { kind }, ...more }, requestKey);

export const requestKey = (): RequestKey => ({ route: 'test', key: randomUUID() });

/** All parts of a conversation as readers see them. */
export const readAll = async (conversationId: string) => {
  const all = [];
  let from: number | undefined;
  do {
    const page = await parts.readPage(tenantId, conversationId, { from, forward: true, limit: 500 });
    all.push(...page.parts);
    from = page.next;
  } while (from !== undefined);
  return all;
};

export const readEntry = (conversationId: string, id: string) => ledger.read({ tenantId, conversationId, id });
