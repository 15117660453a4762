import * as z from 'zod/mini';
import { conversationId } from '../../conversations/ids.ts';
import { partList } from '../part-list.ts';
import { idText } from './values.ts';

const id = z
  .unknown()
  .check(z.refine((value) => idText(value) !== undefined, 'must be an opaque id, a string or an integer'));

/** An entry of `conversation_parts`. Beyond its id nothing is asked of it: what does not fit is content. */
export const partDocument = z.looseObject({ id, type: z.optional(z.literal('conversation_part')) });

/** The conversation that `GET /conversations/{id}` returns, in any version. */
export const conversationDocument = z.looseObject({
  id,
  type: z.optional(z.literal('conversation')),
  // From 2.16 on a source message may have no id.
  source: z.nullish(z.looseObject({ id: z.optional(z.union([id, z.null()])) })),
  conversation_parts: z.nullish(z.looseObject({ conversation_parts: partList(partDocument) })),
});

/** The id of the part that a source message is. Intercom counts messages and parts apart, so the two may be equal. */
export const sourcePartId = (id: string | undefined): string => `source:${id ?? ''}`;

/** The conversation's id, as it is everywhere else. What can't be an id is found nowhere. */
export const conversationIdOf = (id: unknown): string => conversationId('intercom', idText(id) ?? '');
