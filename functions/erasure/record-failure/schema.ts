import * as z from 'zod';
import { redactionRef } from '../schemas.ts';

export const failureOfRedaction = redactionRef.extend({ error: z.string() });
