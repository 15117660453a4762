import { handler as getAugnoConversation } from '../../functions/augno/get-conversation/handler.ts';
import { handler as listMessages } from '../../functions/augno/list-messages/handler.ts';
import { handler as redactAugnoConversation } from '../../functions/augno/redact-conversation/handler.ts';
import { handler as setAugnoLegalHold } from '../../functions/augno/set-legal-hold/handler.ts';
import { handler as appendParts } from '../../functions/expunge/append-parts/handler.ts';
import { handler as createAttachment } from '../../functions/expunge/create-attachment/handler.ts';
import { handler as getConversation } from '../../functions/expunge/get-conversation/handler.ts';
import { handler as getRedaction } from '../../functions/expunge/get-redaction/handler.ts';
import { handler as importConversation } from '../../functions/expunge/import-conversation/handler.ts';
import { handler as listRedactions } from '../../functions/expunge/list-redactions/handler.ts';
import { handler as redactConversation } from '../../functions/expunge/redact-conversation/handler.ts';
import { handler as setLegalHold } from '../../functions/expunge/set-legal-hold/handler.ts';
import type { Permission } from '../../shared/tenants/api-key-store.ts';
import { type AugnoDocument, documentOf, message } from './augno-documents.ts';
import { type Answer, call, type Call } from './call.ts';

export const augnoVersion = { 'augno-version': '1.0.forge-preview.3' };

/** The body that redacts everything in a conversation. */
export const wholeConversation = { scope: 'conversation' };

type More = Omit<Call, 'key' | 'path'>;

/** Expunge's own endpoints, each by its exported handler; an id is Augno's, without the dialect. */
export const expungeApi = {
  import: (key: string, document: unknown, more: More = {}): Promise<Answer> =>
    call(importConversation, { key, body: { dialect: 'augno', document }, ...more }),
  append: (key: string, id: string, parts: unknown, more: More = {}): Promise<Answer> =>
    call(appendParts, { key, path: { id: `augno:${id}` }, body: { parts }, ...more }),
  get: (key: string, id: string, query: Record<string, string> = {}): Promise<Answer> =>
    call(getConversation, { key, path: { id: `augno:${id}` }, query }),
  hold: (key: string, id: string, held: unknown, more: More = {}): Promise<Answer> =>
    call(setLegalHold, { key, path: { id: `augno:${id}` }, body: { held }, ...more }),
  redact: (key: string, id: string, body: unknown = wholeConversation, more: More = {}): Promise<Answer> =>
    call(redactConversation, { key, path: { id: `augno:${id}` }, body, ...more }),
  redactions: (key: string, id: string, query: Record<string, string> = {}): Promise<Answer> =>
    call(listRedactions, { key, path: { id: `augno:${id}` }, query }),
  redaction: (key: string, id: string, redactionId: string): Promise<Answer> =>
    call(getRedaction, { key, path: { id: `augno:${id}`, redactionId } }),
};

/** Augno's endpoints, likewise. */
export const augnoApi = {
  get: (key: string, id: string, query: Record<string, string> = {}, more: More = {}): Promise<Answer> =>
    call(getAugnoConversation, { key, path: { id }, query, headers: augnoVersion, ...more }),
  messages: (key: string, id: string, query: Record<string, string> = {}, more: More = {}): Promise<Answer> =>
    call(listMessages, { key, path: { id }, query, headers: augnoVersion, ...more }),
  redact: (key: string, id: string, { headers, ...more }: More = {}): Promise<Answer> =>
    call(redactAugnoConversation, { key, path: { id }, headers: { ...augnoVersion, ...headers }, ...more }),
  hold: (key: string, id: string, legalHold: unknown, { headers, ...more }: More = {}): Promise<Answer> =>
    call(setAugnoLegalHold, {
      key,
      path: { id },
      headers: { ...augnoVersion, ...headers },
      body: { legal_hold: legalHold },
      ...more,
    }),
};

/** Imports the document, which must be new, and gives back its id. */
export const imported = async (key: string, document: AugnoDocument): Promise<string> => {
  const answer = await expungeApi.import(key, document);
  if (answer.status !== 201) throw new Error(`The document was not imported: ${answer.text}`);
  return document.conversation.id;
};

/** All parts of a conversation through Expunge's own endpoint, followed page by page. */
export const everyPart = async (key: string, id: string, limit = 500): Promise<any[]> => {
  const parts = [];
  let cursor: string | null = null;
  do {
    const { body }: Answer = await expungeApi.get(key, id, { limit: String(limit), ...(cursor && { cursor }) });
    parts.push(...body.parts);
    cursor = body.nextCursor;
  } while (cursor !== null);
  return parts;
};

export interface Endpoint {
  route: string;
  permission: Permission;
  handler: unknown;
  /** A request for the conversation that succeeds if it exists. */
  request: (id: string) => Call;
}

const ours = (id: string, more: Call = {}): Call => ({ path: { id: `augno:${id}` }, ...more });
const augnos = (id: string, more: Call = {}): Call => ({ path: { id }, headers: augnoVersion, ...more });

export const importEndpoint: Endpoint = {
  route: 'POST /v1/conversations',
  permission: 'messaging:create',
  handler: importConversation,
  request: (id) => ({ body: { dialect: 'augno', document: documentOf(1, id) } }),
};

/** Every endpoint whose path names a conversation, those first that change nothing. */
export const conversationEndpoints: Endpoint[] = [
  {
    route: 'GET /v1/conversations/{id}',
    permission: 'messaging:read',
    handler: getConversation,
    request: (id) => ours(id),
  },
  {
    route: 'GET /v1/conversations/{id}/redactions',
    permission: 'messaging:read',
    handler: listRedactions,
    request: (id) => ours(id),
  },
  {
    route: 'GET /v1/messaging/conversations/{id}',
    permission: 'messaging:read',
    handler: getAugnoConversation,
    request: (id) => augnos(id),
  },
  {
    route: 'GET /v1/messaging/conversations/{id}/messages',
    permission: 'messaging:read',
    handler: listMessages,
    request: (id) => augnos(id),
  },
  {
    route: 'POST /v1/conversations/{id}/parts',
    permission: 'messaging:create',
    handler: appendParts,
    request: (id) => ours(id, { body: { parts: [message('mg_appended', 99)] } }),
  },
  {
    route: 'POST /v1/conversations/{id}/attachments',
    permission: 'messaging:create',
    handler: createAttachment,
    request: (id) => ours(id, { body: { contentType: 'image/png', bytes: 3 } }),
  },
  {
    route: 'PUT /v1/conversations/{id}/legal-hold',
    permission: 'messaging:update',
    handler: setLegalHold,
    request: (id) => ours(id, { body: { held: false } }),
  },
  {
    route: 'POST /v1/messaging/conversations/{id}/actions/set-legal-hold',
    permission: 'messaging:update',
    handler: setAugnoLegalHold,
    request: (id) => augnos(id, { body: { legal_hold: 'released' } }),
  },
  {
    route: 'POST /v1/conversations/{id}/actions/redact',
    permission: 'messaging:delete',
    handler: redactConversation,
    request: (id) => ours(id, { body: wholeConversation }),
  },
  {
    route: 'POST /v1/messaging/conversations/{id}/actions/redact',
    permission: 'messaging:delete',
    handler: redactAugnoConversation,
    request: (id) => augnos(id),
  },
];
