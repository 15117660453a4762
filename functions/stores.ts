import { documents } from '../shared/clients.ts';
import { erasureStore } from '../shared/conversations/cell-erasure.ts';
import { cellStore } from '../shared/conversations/cell.ts';
import { conversationStore } from '../shared/conversations/conversation-store.ts';
import { guardStore } from '../shared/conversations/guard.ts';
import { partStore } from '../shared/conversations/part-store.ts';
import { requireEnv } from '../shared/env.ts';
import { ledgerStore } from '../shared/redactions/ledger.ts';

const tableName = requireEnv('TABLE_NAME');

/** The stores over this environment's table, made once per execution environment. */
export const guards = guardStore(documents, tableName);
const cells = cellStore(documents, tableName);
export const erasures = erasureStore(documents, tableName);
export const ledger = ledgerStore(documents, tableName);
export const conversations = conversationStore(documents, tableName, guards, cells);
export const parts = partStore(documents, tableName, guards, cells);

export const now = (): number => Date.now();
