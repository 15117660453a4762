import * as z from 'zod/mini';
import { redactionRef, requestId } from '../schemas.ts';

const whole = z.int().check(z.minimum(0));

export const chunkOfRedaction = z.object({
  redaction: z.extend(z.omit(redactionRef, { requestId: true }), {
    scope: z.object({ kind: z.enum(['conversation', 'messages']) }),
    acceptedAt: whole,
    run: z.object({ from: whole, through: whole }),
    chunkBuckets: whole.check(z.minimum(1)),
  }),
  chunk: whole,
  requestId,
});
