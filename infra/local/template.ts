import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { arnOf, makeResolve, nameOf, type TableIds } from './intrinsics.ts';
import { type StackTemplate, templateSchema } from './stack-template.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.object({ templateFile: z.string().optional() }).optional() }),
  ),
});

/** A resource of the template, with what deploying it would give: a name, an ARN, properties without intrinsic functions. */
export type DeployedResource = {
  name: string;
  arn(): string;
  metadata: Record<string, unknown>;
  /** The properties that the schema names; the others are never resolved, so they need no rule. */
  properties<Shape extends z.ZodRawShape>(schema: z.ZodObject<Shape>): z.infer<z.ZodObject<Shape>>;
};

/** The templates of all stacks of one cloud assembly, read as if they were deployed. */
export type Assembly = {
  dir: string;
  resources(type: string): DeployedResource[];
  /** The value of a stack output; the name must be there in exactly one stack. */
  output(name: string): string;
};

const stackType = 'aws:cloudformation:stack';

const readJson = (dir: string, file: string): unknown => JSON.parse(readFileSync(join(dir, file), 'utf8'));

/** Reads the cloud assembly that CDK synthesized into a folder. */
export const loadAssembly = (dir: string, tableIds: TableIds = new Map()): Assembly => {
  const { artifacts } = manifestSchema.parse(readJson(dir, 'manifest.json'));
  const stacks: StackTemplate[] = Object.entries(artifacts)
    .filter(([, { type }]) => type === stackType)
    .map(([stackName, { properties }]) => ({
      stackName,
      ...templateSchema.parse(readJson(dir, properties?.templateFile ?? `${stackName}.template.json`)),
    }));
  const resolve = makeResolve(stacks, tableIds);

  return {
    dir,

    resources: (type) =>
      stacks.flatMap((stack) =>
        Object.entries(stack.Resources)
          .filter(([, resource]) => resource.Type === type)
          .map(([logicalId, { Properties, Metadata }]) => ({
            name: nameOf(stack, logicalId),
            arn: () => arnOf(stack, logicalId),
            metadata: Metadata,
            properties: (schema) => {
              const wanted = Object.keys(schema.shape).filter((property) => property in Properties);
              const resolved = wanted.map((property) => [property, resolve(stack, Properties[property])]);
              return schema.parse(Object.fromEntries(resolved));
            },
          })),
      ),

    output: (name) => {
      const found = stacks.filter((stack) => name in stack.Outputs);
      const [stack] = found;
      if (!stack || found.length > 1) throw new Error(`${found.length} stacks have an output ${name}, expected one`);
      return z.string().parse(resolve(stack, stack.Outputs[name]?.Value));
    },
  };
};
