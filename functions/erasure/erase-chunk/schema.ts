import * as z from 'zod';
import { redactionRef } from '../schemas.ts';

const whole = z.number().int().min(0);

export const chunkOfRedaction = z.object({
  redaction: redactionRef.extend({
    scope: z.object({ kind: z.enum(['conversation', 'messages']) }),
    acceptedAt: whole,
    run: z.object({ from: whole, through: whole }),
    chunkBuckets: whole.min(1),
  }),
  chunk: whole,
});
