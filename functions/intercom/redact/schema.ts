import * as z from 'zod/mini';
import { conversationIdOf, sourcePartId } from '../../../shared/dialects/intercom/schema.ts';
import { idText } from '../../../shared/dialects/intercom/values.ts';
import { InvalidRequest } from '../../../shared/errors.ts';
import { type Contract, unreadQuery } from '../../../shared/http/contract.ts';

/** Null is as good as nothing, and an id may be a string or an integer. */
const required = (body: Record<string, unknown>, parameter: string): unknown => {
  const value = body[parameter] ?? '';
  if (value === '') throw new InvalidRequest(`${parameter} is required`, { fault: 'missing', parameter });
  return value;
};

/** The conversation and the part that the request means. What can't be an id is found nowhere. */
const target = (body: Record<string, unknown>): { conversationId: string; partId: string } => {
  const type = required(body, 'type');
  if (type !== 'conversation_part' && type !== 'source')
    throw new InvalidRequest('type is neither of the two', { parameter: 'type' });
  const conversationId = conversationIdOf(required(body, 'conversation_id'));
  if (type === 'conversation_part')
    return { conversationId, partId: idText(required(body, 'conversation_part_id')) ?? '' };
  const sourceId = idText(required(body, 'source_id'));
  return { conversationId, partId: sourceId === undefined ? '' : sourcePartId(sourceId) };
};

// Unchecked here, since Intercom has words of its own for each fault; the API document shows the types.
const field = (description: string, type: unknown = ['string', 'integer']) =>
  z.optional(z.unknown()).check(z.meta({ description, type }));

const fields = z.looseObject({
  type: field("'conversation_part' or 'source'", 'string'),
  conversation_id: field('Of the conversation'),
  conversation_part_id: field('Of the part, for a conversation_part'),
  source_id: field('Of the source message, for a source'),
});

export const redactRequest = {
  permission: 'messaging:delete',
  path: z.object({}),
  query: unreadQuery,
  body: z.pipe(z._default(fields, {}), z.transform(target)),
} satisfies Contract<unknown, unknown, unknown>;
