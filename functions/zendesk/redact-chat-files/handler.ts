import type { Part } from '../../../shared/conversations/conversation.ts';
import { isFile } from '../../../shared/dialects/zendesk/present.ts';
import { zendesk } from '../../../shared/dialects/zendesk/zendesk.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { redactionHeaders } from '../../../shared/http/redaction-headers.ts';
import { files } from '../../files.ts';
import { conversations, erasures, guards, ledger, now } from '../../stores.ts';
import { assertAllowed } from '../assert-allowed.ts';
import { chatEvent } from '../chat-event.ts';
import { redactFiles, standsAt } from './redact-files.ts';
import { redactChatFilesRequest } from './schema.ts';

const redactOnce = idempotent(
  'zendesk/redact-chat-files',
  redactFiles({ conversations, guards, erasures, ledger, files, now }),
  ({ conversationId, chatId, places }) => ({ conversationId, chatId, places }),
);

export const handler = endpoint(zendesk, redactChatFilesRequest, async (request, context) => {
  const { caller, path, body, settings, idempotencyKey } = request;
  assertAllowed(settings);
  const command = { caller, conversationId: path.ticket_id, ...body, idempotencyKey };
  const outcome = await redactOnce(command, context);
  const isAsked = (entry: Part) => isFile(entry) && standsAt(body.places)(entry);
  const event = await chatEvent(caller.tenantId, path.ticket_id, body.chatId, isAsked);
  return { status: 200, headers: await redactionHeaders(ledger, caller, outcome), body: { chat_event: event } };
});
