import * as z from 'zod';

/** What Featurebase answers, for the API document. Fields that a document has beyond these are given back too. */

const time = z.iso.datetime();
const id = z.union([z.string(), z.int()]);

const part = z
  .looseObject({
    object: z.literal('conversation_part').optional(),
    id,
    partType: z.string(),
    author: z.looseObject({ id: id.nullish(), type: z.string().optional() }).nullish(),
    bodyHtml: z.string().nullish().meta({ description: 'Empty once the message is redacted' }),
    bodyMarkdown: z.string().nullish().meta({ description: 'Empty once the message is redacted' }),
    redacted: z.boolean().optional(),
    createdAt: time.optional(),
    updatedAt: time.optional(),
  })
  .meta({ id: 'FeaturebaseConversationPart' });

export const conversationAnswer = z
  .looseObject({
    object: z.literal('conversation').optional(),
    id,
    title: z.string().nullish(),
    state: z.enum(['open', 'closed', 'snoozed']).optional(),
    source: z
      .looseObject({
        channel: z.string().optional(),
        bodyHtml: z.string().nullish(),
        bodyMarkdown: z.string().nullish(),
      })
      .nullish(),
    conversationParts: z.array(part).meta({ description: 'The 500 most recent, or fewer where they are long' }),
    createdAt: time.optional(),
    updatedAt: time.optional(),
  })
  .meta({ id: 'FeaturebaseConversation' });

export const errorAnswer = z
  .strictObject({
    error: z.strictObject({
      type: z.enum(['invalid_request_error', 'authentication_error', 'authorization_error', 'api_error']),
      code: z.string(),
      message: z.string(),
      param: z.string().optional(),
      status: z.int(),
    }),
  })
  .meta({ id: 'FeaturebaseError' });
