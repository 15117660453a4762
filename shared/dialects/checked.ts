import { en } from 'zod/locales';
import type * as z from 'zod/mini';
import { InvalidRequest } from '../errors.ts';

/** zod/mini brings no words of its own. */
const words = en().localeError;

/** The document in the schema's terms. The error names the first field that is wrong, and never its value. */
export const checked = <T>(schema: z.ZodMiniType<T>, document: unknown, where: string): T => {
  const result = schema.safeParse(document, { error: words });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const parameter = [where, ...(issue?.path ?? [])].join('.');
  throw new InvalidRequest(`${parameter}: ${issue?.message}`, { parameter });
};
