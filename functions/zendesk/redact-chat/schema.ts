import * as z from 'zod/mini';
import { chatId, messageId, ticketIdInPath } from '../../../shared/dialects/zendesk/schema.ts';
import { readTags } from '../../../shared/dialects/zendesk/spans.ts';
import { type Contract, unreadQuery } from '../../../shared/http/contract.ts';

/** The message with its tags read: as it came, it goes no further. */
const taggedText = z.pipe(
  z.string(),
  z.transform((text, context) => {
    const tagged = readTags(text);
    if (!('fault' in tagged)) return tagged;
    context.issues.push({ code: 'custom', message: tagged.fault, input: text });
    return z.NEVER;
  }),
);

export const redactChatRequest = {
  permission: 'messaging:delete',
  path: z.object({ ticket_id: ticketIdInPath }),
  query: unreadQuery,
  body: z
    .object({
      chat_id: chatId,
      chat_index: z.optional(z.int().check(z.nonnegative())),
      message_id: z.optional(messageId),
      text: taggedText,
    })
    .check(
      z.refine(({ chat_index: index, message_id: id }) => index !== undefined || id !== undefined, {
        path: ['chat_index'],
        message: 'is required unless there is a message_id',
      }),
    ),
} satisfies Contract<unknown, unknown, unknown>;
