import { expect } from 'vitest';
import { handler as importConversation } from '../../functions/expunge/import-conversation/handler.ts';
import { handler as setLegalHold } from '../../functions/expunge/set-legal-hold/handler.ts';
import { handler as listAudits } from '../../functions/zendesk/list-audits/handler.ts';
import { handler as redactChatFiles } from '../../functions/zendesk/redact-chat-files/handler.ts';
import { handler as redactChat } from '../../functions/zendesk/redact-chat/handler.ts';
import { type Call, call } from './call.ts';
import { expectDocumented } from './documented.ts';
import { documentIn, type Fields, type ZendeskDocument } from './zendesk-documents.ts';

/** Calls of Zendesk's endpoints, whose answers must be as openapi.json says, and of our own for its documents, with the key unless another is given. */
export const callsWith = (keyOf: () => string) => {
  const auditsOf = async (id: number): Promise<Fields[]> =>
    (await call(listAudits, { key: keyOf(), path: { ticket_id: String(id) } })).body.audits;

  const redacting =
    (handler: unknown, route: string) =>
    async (id: number | string, body: unknown, more: Call = {}) => {
      const answer = await call(handler, { key: keyOf(), path: { ticket_id: String(id) }, body, ...more });
      expectDocumented('PUT', `/api/v2/${route}/1`, answer.status, answer.body);
      return answer;
    };

  return {
    /** The document, which is there from now on. */
    imported: async <D extends ZendeskDocument>(document: D, key = keyOf()): Promise<D> => {
      const body = { dialect: 'zendesk', document: documentIn(document) };
      expect((await call(importConversation, { key, body })).status).toBe(201);
      return document;
    },

    hold: async (id: number, held: boolean): Promise<void> => {
      const answer = await call(setLegalHold, { key: keyOf(), path: { id: `zendesk:${id}` }, body: { held } });
      expect(answer.status).toBe(200);
    },

    auditsOf,

    /** The history of the chat in the second audit, where `documentOf` has it. */
    historyOf: async (id: number): Promise<Fields[]> => (await auditsOf(id))[1]!.events[0].value.history,

    redact: redacting(redactChat, 'chat_redactions'),
    redactFiles: redacting(redactChatFiles, 'chat_file_redactions'),
  };
};

/** Zendesk's body for a request that is wrong, or for a record that it does not fit. */
export const invalid = (field: string, description: string, error = 'InvalidValue') => ({
  error: 'RecordInvalid',
  description: 'Record validation errors',
  details: { [field]: [{ description, error }] },
});

export const forbidden = {
  error: {
    title: 'Forbidden',
    message:
      'You do not have access to this page. Please contact the account owner of this help desk for further help.',
  },
};

export const notFound = { error: 'RecordNotFound', description: 'Not found' };

export const basic = (credentials: string) => ({
  authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
});
