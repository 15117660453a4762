import * as z from 'zod/mini';

/** What an execution is started with, and every task but the chunk's gets. */
export const redactionRef = z.object({ tenantId: z.string(), conversationId: z.string(), id: z.string() });

type RedactionRef = z.infer<typeof redactionRef>;

export const idsOf = ({ tenantId, conversationId, id }: RedactionRef) => ({
  tenantId,
  conversationId,
  redactionId: id,
});
