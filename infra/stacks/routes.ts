import type { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import type { FilesAccess } from '../constructs/files-bucket.ts';
import type { TableUse } from '../constructs/table-access.ts';

/** One endpoint: the function behind it, what it may do, and who suffers if it fails. */
export type Route = {
  key: `${HttpMethod} /${string}`;
  /** Other spellings of the same route. */
  also?: readonly `${HttpMethod} /${string}`[];
  folder: string;
  /** A writer keeps idempotency records. */
  access: 'read' | 'write';
  /** What it does with the conversations' table, besides finding its caller. */
  table: readonly TableUse[];
  /** What it does with attachments, if anything. */
  files?: readonly FilesAccess[];
  /** Redacts whole conversations, which the workflow does if they are large. */
  startsWorkflow?: true;
  /** Megabytes, if it takes more than most; Lambda gives CPU by them. */
  memorySize?: number;
  errorImpact: string;
};

/**
 * Megabytes that buy one vCPU. The largest import and append are bound by CPU (docs/performance.md), and one thread cannot
 * use a second one. https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
const oneCpu = 1_769;

const readConversation = ['get', 'query'] as const;
const addParts = [...readConversation, 'get many', 'add parts', 'get settings'] as const;
const redactParts = [...readConversation, 'get many', 'redact', 'erase cells'] as const;
const redactAll = [...readConversation, 'redact', 'erase cells', 'count executions'] as const;

/** Every endpoint of the API, a line each. */
export const routes: readonly Route[] = [
  {
    key: 'POST /v1/conversations',
    folder: 'expunge/import-conversation',
    access: 'write',
    table: addParts,
    files: ['place', 'upload'],
    memorySize: oneCpu,
    errorImpact:
      'Customers cannot import conversations; what a failed import had written is taken up when it is sent again.',
  },
  {
    key: 'GET /v1/conversations/{id}',
    folder: 'expunge/get-conversation',
    access: 'read',
    table: readConversation,
    files: ['show'],
    errorImpact: 'Customers cannot read conversations through our own API.',
  },
  {
    key: 'POST /v1/conversations/{id}/parts',
    folder: 'expunge/append-parts',
    access: 'write',
    table: addParts,
    files: ['place', 'upload'],
    memorySize: oneCpu,
    errorImpact: 'New messages do not reach their conversations; the sender has to send them again.',
  },
  {
    key: 'POST /v1/conversations/{id}/attachments',
    folder: 'expunge/create-attachment',
    access: 'write',
    table: ['get'],
    files: ['upload'],
    errorImpact:
      'Files cannot be uploaded, so messages that name them cannot be imported; what is stored is not affected.',
  },
  {
    key: 'PUT /v1/conversations/{id}/legal-hold',
    folder: 'expunge/set-legal-hold',
    access: 'write',
    table: ['get', 'hold'],
    errorImpact: 'Legal teams cannot place or release a hold: evidence may be redacted meanwhile. Urgent.',
  },
  {
    key: 'POST /v1/conversations/{id}/actions/redact',
    folder: 'expunge/redact-conversation',
    access: 'write',
    table: [...redactAll, 'get many', 'erase text'],
    files: ['erase'],
    startsWorkflow: true,
    errorImpact:
      'Privacy officers cannot erase conversations; those accepted before the failure are finished by erasure/resume.',
  },
  {
    key: 'GET /v1/conversations/{id}/redactions',
    folder: 'expunge/list-redactions',
    access: 'read',
    table: readConversation,
    errorImpact: 'Privacy officers cannot list the redactions of a conversation; redacting itself is not affected.',
  },
  {
    key: 'GET /v1/conversations/{id}/redactions/{redactionId}',
    folder: 'expunge/get-redaction',
    access: 'read',
    table: ['get'],
    errorImpact: 'Privacy officers cannot look up whether a redaction is completed; redacting itself is not affected.',
  },
  {
    key: 'GET /v1/messaging/conversations/{id}',
    folder: 'augno/get-conversation',
    access: 'read',
    table: readConversation,
    files: ['show'],
    errorImpact: "Clients of Augno's API cannot read conversations.",
  },
  {
    key: 'GET /v1/messaging/conversations/{id}/messages',
    folder: 'augno/list-messages',
    access: 'read',
    table: readConversation,
    files: ['show'],
    errorImpact: "Clients of Augno's API cannot read messages.",
  },
  {
    key: 'POST /v1/messaging/conversations/{id}/actions/redact',
    folder: 'augno/redact-conversation',
    access: 'write',
    table: [...redactAll, 'erase beside kept'],
    files: ['show', 'erase'],
    startsWorkflow: true,
    errorImpact:
      "Clients of Augno's API cannot redact conversations; those accepted before the failure are finished by erasure/resume.",
  },
  {
    key: 'POST /v1/messaging/conversations/{id}/actions/set-legal-hold',
    folder: 'augno/set-legal-hold',
    access: 'write',
    table: [...readConversation, 'hold'],
    files: ['show'],
    errorImpact: "Clients of Augno's API cannot place or release a hold: evidence may be redacted meanwhile. Urgent.",
  },
  {
    key: 'POST /conversations/redact',
    folder: 'intercom/redact',
    access: 'write',
    table: [...redactParts, 'get settings'],
    files: ['show', 'erase'],
    errorImpact:
      "Clients of Intercom's API cannot redact messages; those accepted before the failure are finished by erasure/resume.",
  },
  {
    key: 'GET /conversations/{id}',
    folder: 'intercom/get-conversation',
    access: 'read',
    table: [...readConversation, 'get settings'],
    files: ['show'],
    errorImpact: "Clients of Intercom's API cannot read conversations.",
  },
  {
    key: 'PUT /api/v2/chat_redactions/{ticket_id}',
    folder: 'zendesk/redact-chat',
    access: 'write',
    table: [...readConversation, 'get settings', 'redact', 'mask cells'],
    files: ['show'],
    errorImpact:
      "Clients of Zendesk's API cannot redact chat messages; those accepted before the failure are finished by erasure/resume.",
  },
  {
    key: 'PUT /api/v2/chat_file_redactions/{ticket_id}',
    folder: 'zendesk/redact-chat-files',
    access: 'write',
    table: [...redactParts, 'get settings'],
    files: ['show', 'erase'],
    errorImpact:
      "Clients of Zendesk's API cannot redact files of chats; those accepted before the failure are finished by erasure/resume.",
  },
  {
    key: 'GET /api/v2/tickets/{ticket_id}/audits',
    folder: 'zendesk/list-audits',
    also: ['GET /api/v2/tickets/{ticket_id}/audits.json'],
    access: 'read',
    table: [...readConversation, 'get settings'],
    files: ['show'],
    errorImpact: "Clients of Zendesk's API cannot read the audits of tickets.",
  },
  {
    key: 'POST /v2/conversations/redact',
    folder: 'featurebase/redact',
    access: 'write',
    table: [...redactParts, 'get settings'],
    files: ['show', 'erase'],
    errorImpact:
      "Clients of Featurebase's API cannot redact messages; those accepted before the failure are finished by erasure/resume.",
  },
  {
    key: 'GET /v2/conversations/{id}',
    folder: 'featurebase/get-conversation',
    access: 'read',
    table: [...readConversation, 'get settings'],
    files: ['show'],
    errorImpact: "Clients of Featurebase's API cannot read conversations.",
  },
];
