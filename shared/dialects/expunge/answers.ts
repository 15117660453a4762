import * as z from 'zod';

/** What Expunge's own API answers, for the API document. */

const time = z.iso.datetime();
const changedAt = time.nullable().meta({ description: 'When it last changed, as the imported document says itself' });

export const importAnswer = z
  .strictObject({
    object: z.literal('import'),
    conversationId: z.string(),
    created: z.boolean(),
    parts: z.strictObject({ added: z.int(), existing: z.int() }),
  })
  .meta({ id: 'Import' });

export const appendAnswer = z
  .strictObject({
    object: z.literal('append'),
    conversationId: z.string(),
    parts: z.strictObject({ added: z.int(), existing: z.int() }),
  })
  .meta({ id: 'Append' });

export const attachmentAnswer = z
  .strictObject({
    object: z.literal('attachment'),
    id: z.string(),
    reference: z.string().meta({ description: "What a part names it by, in the place of a file's address" }),
    upload: z.strictObject({
      method: z.literal('PUT'),
      url: z.string(),
      headers: z.strictObject({ 'content-type': z.string(), 'content-length': z.string() }),
      expiresAt: time,
    }),
  })
  .meta({ id: 'Attachment' });

export const conversationAnswer = z
  .strictObject({
    object: z.literal('conversation'),
    id: z.string(),
    dialect: z.string(),
    legalHold: z.boolean(),
    nextSequence: z
      .int()
      .meta({ description: 'The sequence that the next part gets: there are at most as many parts' }),
    changedAt,
    document: z.looseObject({}).meta({ description: "The vendor's document without its parts" }),
    parts: z.array(
      z.strictObject({
        id: z.string(),
        sequence: z.int(),
        changedAt,
        redactedAt: time.nullable(),
        part: z.looseObject({}).meta({ description: 'The part as its vendor shows it' }),
      }),
    ),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'Conversation' });

export const legalHoldAnswer = z
  .strictObject({ object: z.literal('legal_hold'), conversationId: z.string(), held: z.boolean() })
  .meta({ id: 'LegalHold' });

export const redactionAnswer = z
  .strictObject({
    object: z.literal('redaction'),
    id: z.string(),
    conversationId: z.string(),
    state: z.enum(['requested', 'erasing', 'halted', 'completed', 'refused']),
    scope: z.enum(['conversation', 'messages', 'parts', 'spans']),
    partIds: z.array(z.string()).nullable().meta({ description: 'The parts that it names' }),
    parts: z.int().nullable().meta({ description: 'How many it covers; null until it is accepted' }),
    erased: z
      .int()
      .nullable()
      .meta({ description: 'How many of them it has erased; null until it is completed or refused' }),
    chunks: z
      .strictObject({ done: z.int(), total: z.int() })
      .nullable()
      .meta({ description: 'How far a large redaction has come; null for one that is erased inside its request' }),
    reason: z.string().nullable(),
    actor: z.string().meta({ description: 'The id of the API key' }),
    requestId: z.string().nullable().meta({ description: 'The x-request-id of the request that asked for it first' }),
    actingAs: z.string().nullable(),
    requestedAt: time,
    acceptedAt: time.nullable(),
    startedAt: time.nullable().meta({ description: 'When the workflow took it up, if it is large' }),
    completedAt: time.nullable(),
    verified: z.boolean().meta({ description: 'No cell in scope held content when they were counted' }),
    failures: z.int().meta({ description: 'Executions that failed; it is taken up again each time' }),
    lastFailure: z.strictObject({ error: z.string(), at: time }).nullable(),
  })
  .meta({ id: 'Redaction' });

export const redactionListAnswer = z
  .strictObject({ object: z.literal('list'), data: z.array(redactionAnswer), nextCursor: z.string().nullable() })
  .meta({ id: 'RedactionList' });

export const errorAnswer = z
  .strictObject({
    error: z.strictObject({
      code: z.string(),
      message: z.string(),
      parameter: z.string().nullable(),
      requestId: z.string(),
    }),
  })
  .meta({ id: 'Error' });
