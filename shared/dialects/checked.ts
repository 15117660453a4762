import type * as z from 'zod';
import { InvalidRequest } from '../errors.ts';

/** The document in the schema's terms. The error names the first field that is wrong, and never its value. */
export const checked = <T>(schema: z.ZodType<T>, document: unknown, where: string): T => {
  const result = schema.safeParse(document);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const parameter = [where, ...(issue?.path ?? [])].join('.');
  throw new InvalidRequest(`${parameter}: ${issue?.message}`, { parameter });
};
