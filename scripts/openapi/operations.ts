import type * as z from 'zod';
import * as augno from '../../shared/dialects/augno/answers.ts';
import * as expunge from '../../shared/dialects/expunge/answers.ts';
import * as featurebase from '../../shared/dialects/featurebase/answers.ts';
import * as intercom from '../../shared/dialects/intercom/answers.ts';
import * as zendesk from '../../shared/dialects/zendesk/answers.ts';

/** What the API document says of an endpoint beyond its contract: a line of text, and what it answers. */
export interface Operation {
  summary: string;
  answers: Record<number, z.ZodType>;
  error: z.ZodType;
}

const own = (summary: string, answers: Record<number, z.ZodType>): Operation => ({
  summary,
  answers,
  error: expunge.errorAnswer,
});
const augnos = (summary: string, answer: z.ZodType): Operation => ({
  summary,
  answers: { 200: answer },
  error: augno.errorAnswer,
});

const featurebases = (summary: string): Operation => ({
  summary,
  answers: { 200: featurebase.conversationAnswer },
  error: featurebase.errorAnswer,
});
const intercoms = (summary: string): Operation => ({
  summary,
  answers: { 200: intercom.conversationAnswer },
  error: intercom.errorAnswer,
});

const zendesks = (summary: string, answer: z.ZodType): Operation => ({
  summary,
  answers: { 200: answer },
  error: zendesk.errorAnswer,
});

/** By the folder under functions/. */
export const operations: Record<string, Operation> = {
  'expunge/import-conversation': own('Import a conversation: adds what is new, touches nothing that is there', {
    200: expunge.importAnswer,
    201: expunge.importAnswer,
  }),
  'expunge/append-parts': own("Append a batch of the vendor's parts", { 200: expunge.appendAnswer }),
  'expunge/create-attachment': own('Get a link to upload a file by, and the reference that a part names it by', {
    201: expunge.attachmentAnswer,
  }),
  'expunge/get-conversation': own('Read a conversation and a page of its parts', { 200: expunge.conversationAnswer }),
  'expunge/set-legal-hold': own('Place or release a legal hold', { 200: expunge.legalHoldAnswer }),
  'expunge/redact-conversation': own(
    'Redact the whole conversation, its own text included, or the named parts: the body must say which',
    {
      200: expunge.redactionAnswer,
    },
  ),
  'expunge/list-redactions': own('List the redactions of a conversation', { 200: expunge.redactionListAnswer }),
  'expunge/get-redaction': own('Read one redaction', { 200: expunge.redactionAnswer }),
  'augno/get-conversation': augnos('Augno: Retrieve Conversation', augno.conversationAnswer),
  'augno/list-messages': augnos('Augno: List Messages', augno.messageListAnswer),
  'augno/redact-conversation': augnos('Augno: Redact Conversation', augno.conversationAnswer),
  'augno/set-legal-hold': augnos('Augno: Set Legal Hold', augno.conversationAnswer),
  'intercom/redact': intercoms('Intercom: Redact a conversation part or the source message'),
  'intercom/get-conversation': intercoms('Intercom: Retrieve a conversation'),
  'zendesk/redact-chat': zendesks('Zendesk: Redact Chat Comment', zendesk.chatEventAnswer),
  'zendesk/redact-chat-files': zendesks('Zendesk: Redact Chat Comment Attachment', zendesk.chatEventAnswer),
  'zendesk/list-audits': zendesks('Zendesk: List Audits for a Ticket', zendesk.auditsAnswer),
  'featurebase/redact': featurebases('Featurebase: Redact a conversation part'),
  'featurebase/get-conversation': featurebases('Featurebase: Get a conversation by ID'),
};
