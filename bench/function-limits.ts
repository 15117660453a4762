import * as z from 'zod';
import type { Assembly } from '../infra/local/template.ts';

const properties = z.object({ Description: z.string(), MemorySize: z.number(), Timeout: z.number() });

/** What the template gives the function of that folder. Throws if there is none. */
export const limitsOf = (assembly: Assembly, folder: string): { memoryMb: number; timeoutMs: number } => {
  const found = assembly
    .resources('AWS::Lambda::Function')
    .map((resource) => resource.properties(properties))
    .find(({ Description }) => Description === folder);
  if (!found) throw new Error(`The template has no function ${folder}`);
  return { memoryMb: found.MemorySize, timeoutMs: found.Timeout * 1000 };
};
