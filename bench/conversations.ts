import { files } from '../functions/files.ts';
import { conversations, erasures, guards, ledger, now } from '../functions/stores.ts';
import { documents } from '../shared/clients.ts';
import { putAll } from '../shared/conversations/batch.ts';
import { cellKey, type Run } from '../shared/conversations/cell.ts';
import { requireEnv } from '../shared/env.ts';
import { type Plan, planRound } from '../shared/redactions/plan.ts';
import { redact } from '../shared/redactions/redact.ts';

export const tenantId = 'bench';

/** Without a workflow: what is large is accepted, and waits for the bench to erase it. */
export const stores = { guards, erasures, files, ledger, now };

/** Bytes of a cell with keys, names and version: a message, one write unit. */
export const messageBytes = 900;

// What stands in a cell beside its text: keys, names and punctuation.
const aroundText = 110;

/** How many cells are made and put at a time, so that seeding takes little memory. */
const stretch = 1_000;

/** Puts content into the cells of the run, whatever is there: the state in which a redaction finds them. */
export const fill = async (conversationId: string, { from, through }: Run, bytes = messageBytes): Promise<void> => {
  const content = JSON.stringify({ body: 'x'.repeat(bytes - aroundText) });
  for (let first = from; first <= through; first += stretch) {
    const sequences = Array.from({ length: Math.min(stretch, through - first + 1) }, (_, index) => first + index);
    await putAll(
      documents,
      requireEnv('TABLE_NAME'),
      sequences.map((sequence) => ({ ...cellKey(tenantId, conversationId, sequence), content, version: 1 })),
    );
  }
};

/** A conversation with that many sequences reserved; which of their cells have content is up to `fill`. */
export const createConversation = async (name: string, parts: number): Promise<string> => {
  const conversationId = `augno:${name}`;
  await conversations.create(tenantId, conversationId, { structure: {} });
  await guards.reserve(tenantId, conversationId, parts);
  return conversationId;
};

export type Erasing = Extract<Plan, { next: 'erase' }>;

/** Has a redaction of the whole conversation accepted, and planned as the workflow plans it. */
export const planErasure = async (conversationId: string): Promise<Erasing> => {
  const command = {
    caller: { tenantId, keyId: 'bench', requestId: 'bench' },
    conversationId,
    scope: { kind: 'conversation' },
  } as const;
  const { redactionId } = await redact(stores)(command, undefined);
  const plan = await planRound(stores)({ tenantId, conversationId, id: redactionId });
  if (plan.next !== 'erase') throw new Error('The conversation is too small for the workflow');
  return plan;
};
