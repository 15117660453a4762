import * as z from 'zod/mini';
import { redactionIds, requestId } from '../schemas.ts';

const whole = z.int().check(z.minimum(0));

export const chunkOfRedaction = z.object({
  redaction: z.object({
    ...redactionIds,
    scope: z.object({ kind: z.enum(['conversation', 'messages']) }),
    acceptedAt: whole,
    run: z.object({ from: whole, through: whole }),
    chunkBuckets: whole.check(z.minimum(1)),
  }),
  chunk: whole,
  requestId,
});
