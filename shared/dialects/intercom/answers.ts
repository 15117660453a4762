import * as z from 'zod';

/** What Intercom answers, for the API document: the form from 2.7 on, and up to 2.6 plain arrays and string ids. */

const id = z.union([z.string(), z.int()]);
const time = z.int().nullable().meta({ description: 'Unix seconds' });
const redacted = z.boolean().nullable();
const body = z.unknown().meta({ description: 'HTML; `<p><i>This message was deleted</i></p>` once redacted' });

const source = z
  .looseObject({ id: id.nullish(), body: body.optional(), redacted: redacted.optional() })
  .meta({ id: 'IntercomSource' });

const part = z
  .looseObject({
    id,
    part_type: z.string().nullish(),
    body: body.optional(),
    created_at: time.optional(),
    updated_at: time.optional(),
    redacted: redacted.optional(),
  })
  .meta({ id: 'IntercomConversationPart' });

export const conversationAnswer = z
  .looseObject({
    id,
    created_at: time.optional(),
    updated_at: time.optional(),
    source: source.nullish(),
    conversation_parts: z.object({
      type: z.literal('conversation_part.list'),
      conversation_parts: z.array(part).max(500),
      total_count: z.int().meta({ description: 'All parts that there are; the list has the newest of them' }),
    }),
  })
  .meta({ id: 'IntercomConversation' });

export const errorAnswer = z
  .strictObject({
    type: z.literal('error.list'),
    request_id: z.string(),
    errors: z.array(z.strictObject({ code: z.string(), message: z.string() })).length(1),
  })
  .meta({ id: 'IntercomErrorList' });
