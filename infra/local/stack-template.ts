import * as z from 'zod';

/** The parts of a CloudFormation template that the local cloud reads. */
export const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      Metadata: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  Outputs: z
    .record(z.string(), z.object({ Value: z.unknown(), Export: z.object({ Name: z.string() }).optional() }))
    .default({}),
});

/** A stack's template as CDK wrote it, intrinsic functions unresolved. */
export type StackTemplate = z.infer<typeof templateSchema> & { stackName: string };
