import { expect } from 'vitest';
import { handler as appendParts } from '../../functions/expunge/append-parts/handler.ts';
import { handler as importConversation } from '../../functions/expunge/import-conversation/handler.ts';
import { handler as getConversation } from '../../functions/featurebase/get-conversation/handler.ts';
import { handler as redactMessage } from '../../functions/featurebase/redact/handler.ts';
import { type Call, call } from './call.ts';
import { expectDocumented } from './documented.ts';
import type { Fields } from './featurebase-documents.ts';

/** Calls of Featurebase's endpoints, whose answers must be as openapi.json says, and of our own for its documents, with the key unless another is given. */
export const callsWith = (keyOf: () => string) => ({
  /** The id of the conversation, which is there from now on. */
  imported: async (document: Fields, key = keyOf()): Promise<string> => {
    const answer = await call(importConversation, { key, body: { dialect: 'featurebase', document } });
    expect(answer.status).toBe(201);
    return String(document.id);
  },

  append: async (id: string, parts: Fields[]): Promise<void> => {
    const answer = await call(appendParts, { key: keyOf(), path: { id: `featurebase:${id}` }, body: { parts } });
    expect(answer.status).toBe(200);
  },

  /** With all that a read can be asked to add, unless another query is given. */
  read: async (id: string, more: Call = {}) => {
    const query = { include: 'customAttributeDefinitions' };
    const answer = await call(getConversation, { key: keyOf(), path: { id }, query, ...more });
    expectDocumented('GET', '/v2/conversations/1', answer.status, answer.body);
    return answer;
  },

  /** `fields` are added to the body, or take the place of its own. */
  redact: async (id: unknown, partId: unknown, { fields, ...more }: Call & { fields?: Fields } = {}) => {
    const body = { type: 'conversation_part', conversationId: id, conversationPartId: partId, ...fields };
    const answer = await call(redactMessage, { key: keyOf(), body, ...more });
    expectDocumented('POST', '/v2/conversations/redact', answer.status, answer.body);
    return answer;
  },
});

/** Featurebase's error body. */
export const errorOf = (
  status: number,
  code: string,
  message: unknown,
  param?: string,
  type = 'invalid_request_error',
) => ({ error: { type, code, message, ...(param !== undefined && { param }), status } });
