import * as z from 'zod';

/** What Zendesk answers, for the API document; fields that nobody knows are given back as they came. */

const chatEvent = z
  .looseObject({
    id: z.union([z.int(), z.string()]),
    type: z.literal('ChatStartedEvent'),
    value: z.looseObject({
      chat_id: z.string(),
      history: z.array(
        z.looseObject({
          type: z.unknown().optional(),
          chat_index: z.unknown().optional(),
          message: z.unknown().optional().meta({ description: '▇▇▇▇ for each redacted span' }),
        }),
      ),
    }),
  })
  .meta({ id: 'ZendeskChatStartedEvent' });

const audit = z
  .looseObject({
    id: z.union([z.int(), z.string()]),
    events: z.array(z.looseObject({})).nullish(),
  })
  .meta({ id: 'ZendeskAudit' });

const link = z.string().nullable();

export const chatEventAnswer = z.object({ chat_event: chatEvent });

/** By offset, or by cursor where the request has `page[size]`, `page[after]` or `page[before]`. */
export const auditsAnswer = z.union([
  z.object({ audits: z.array(audit), next_page: link, previous_page: link, count: z.int() }),
  z.object({
    audits: z.array(audit),
    meta: z.object({ has_more: z.boolean(), after_cursor: link, before_cursor: link }),
    links: z.object({ prev: link, next: link }),
  }),
]);

export const errorAnswer = z
  .object({
    error: z.union([z.string(), z.object({ title: z.string(), message: z.string() })]),
    description: z.string().optional(),
    details: z
      .record(z.string(), z.array(z.object({ description: z.string(), error: z.string() })))
      .optional()
      .meta({ description: 'By field; `base` for the record as a whole' }),
  })
  .meta({ id: 'ZendeskError' });
