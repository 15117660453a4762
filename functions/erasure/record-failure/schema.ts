import * as z from 'zod/mini';
import { redactionRef } from '../schemas.ts';

export const failureOfRedaction = z.extend(redactionRef, { error: z.string() });
