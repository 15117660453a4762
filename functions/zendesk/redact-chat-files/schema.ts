import * as z from 'zod/mini';
import { chatId, messageId, ticketIdInPath } from '../../../shared/dialects/zendesk/schema.ts';
import { type Contract, unreadQuery } from '../../../shared/http/contract.ts';
import { partsAtMost } from '../../../shared/redactions/redaction.ts';

/** Each once and in one order: a request that names the same files is the same request. */
const distinct = <T extends number | string>(values: readonly T[] = []): T[] =>
  [...new Set(values)].toSorted((a, b) => (a < b ? -1 : 1));

export const redactChatFilesRequest = {
  permission: 'messaging:delete',
  path: z.object({ ticket_id: ticketIdInPath }),
  query: unreadQuery,
  body: z.pipe(
    z
      .object({
        chat_id: chatId,
        chat_indexes: z.optional(z.array(z.int().check(z.nonnegative())).check(z.maxLength(partsAtMost))),
        message_ids: z.optional(z.array(messageId).check(z.maxLength(partsAtMost))),
      })
      .check(
        z.refine(({ chat_indexes: indexes = [], message_ids: ids = [] }) => indexes.length + ids.length > 0, {
          path: ['chat_indexes'],
          message: 'must name a file unless message_ids do',
        }),
      ),
    z.transform(({ chat_id, chat_indexes, message_ids }) => ({
      chatId: chat_id,
      places: [
        ...distinct(chat_indexes).map((chatIndex) => ({ chatIndex })),
        ...distinct(message_ids).map((id) => ({ messageId: id })),
      ],
    })),
  ),
} satisfies Contract<unknown, unknown, unknown>;
