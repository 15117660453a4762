import { attachmentIndex } from '../shared/attachments/attachment-index.ts';
import { documents } from '../shared/clients.ts';
import { erasureStore } from '../shared/conversations/cell-erasure.ts';
import { cellStore } from '../shared/conversations/cell.ts';
import { conversationStore } from '../shared/conversations/conversation-store.ts';
import { guardStore } from '../shared/conversations/guard.ts';
import { partStore } from '../shared/conversations/part-store.ts';
import { requireEnv } from '../shared/env.ts';
import { ledgerStore } from '../shared/redactions/ledger.ts';

export const now = (): number => Date.now();

const tableName = requireEnv('TABLE_NAME');

/**
 * The stores over this environment's table, made once per execution environment. Each is marked as pure, so that a bundle
 * leaves out what its handler does not name.
 */
export const guards = /* @__PURE__ */ guardStore(documents, tableName);
const cells = /* @__PURE__ */ cellStore(documents, tableName);
export const erasures = /* @__PURE__ */ erasureStore(documents, tableName);
export const ledger = /* @__PURE__ */ ledgerStore(documents, tableName);
export const conversations = /* @__PURE__ */ conversationStore(documents, tableName, guards, cells);
export const parts = /* @__PURE__ */ partStore(documents, tableName, guards, cells);
export const index = /* @__PURE__ */ attachmentIndex(documents, tableName, now);
