import * as z from 'zod/mini';

/** The request that asked for the redaction. Executions that were started before it was handed on do not name it. */
export const requestId = z.optional(z.string());

/** By which a task finds the redaction. */
export const redactionIds = { tenantId: z.string(), conversationId: z.string(), id: z.string() };

/** What an execution is started with, and every task but the chunk's gets. */
export const redactionRef = z.object({ ...redactionIds, requestId });

type RedactionRef = z.infer<typeof redactionRef>;

/** What a log line says of a redaction; `correlation_id` is the logger's own name for what the request's lines carry. */
export const idsOf = ({ tenantId, conversationId, id, requestId: correlationId }: RedactionRef) => ({
  tenantId,
  conversationId,
  redactionId: id,
  correlation_id: correlationId,
});
