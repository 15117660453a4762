import type { Part } from '../../../shared/conversations/conversation.ts';
import { isNamed } from '../../../shared/dialects/zendesk/chats.ts';
import { zendesk } from '../../../shared/dialects/zendesk/zendesk.ts';
import { endpoint } from '../../../shared/http/endpoint.ts';
import { idempotent } from '../../../shared/http/idempotent.ts';
import { redactionHeaders } from '../../../shared/http/redaction-headers.ts';
import { files } from '../../files.ts';
import { conversations, erasures, guards, ledger, now, parts } from '../../stores.ts';
import { assertAllowed } from '../assert-allowed.ts';
import { chatEvent } from '../chat-event.ts';
import { redactChat } from './redact-chat.ts';
import { redactChatRequest } from './schema.ts';

const redactOnce = idempotent(
  'zendesk/redact-chat',
  redactChat({ conversations, guards, erasures, ledger, files, parts, now }),
  ({ conversationId, name, text }) => ({
    conversationId,
    chatId: name.chatId,
    chatIndex: name.chatIndex ?? null,
    messageId: name.messageId ?? null,
    spans: text.spans.map(({ from, to }) => [from, to]),
  }),
);

export const handler = endpoint(zendesk, redactChatRequest, async (request, context) => {
  const { caller, path, body, settings, idempotencyKey } = request;
  assertAllowed(settings);
  const name = { chatId: body.chat_id, chatIndex: body.chat_index, messageId: body.message_id };
  const command = { caller, conversationId: path.ticket_id, name, text: body.text, idempotencyKey };
  const outcome = await redactOnce(command, context);
  const isAsked = (entry: Part) => isNamed(entry, name);
  const event = await chatEvent(caller.tenantId, path.ticket_id, name.chatId, isAsked);
  return { status: 200, headers: await redactionHeaders(ledger, caller, outcome), body: { chat_event: event } };
});
