import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StageName } from '../../infra/environments.ts';
import { synthesize } from '../../infra/local/synthesize.ts';

/** A resource as it stands in a template, intrinsic functions and all. */
export type Resource = {
  Type: string;
  // A template has no types, and an assertion names what it expects.
  Properties: Record<string, any>;
  DependsOn?: string[];
  DeletionPolicy?: string;
  UpdateReplacePolicy?: string;
};

/** What CloudFormation is given for one stack. */
export type StackTemplate = {
  Resources: Record<string, Resource>;
  Outputs: Record<string, { Value: unknown }>;
};

/** The template of a stage's stack, from the app as it is deployed, without its bundles. */
export const readTemplate = async (stage: StageName, stack: 'Api' | 'Data' | 'Erasure'): Promise<StackTemplate> => {
  const dir = await synthesize({ stage, bundle: false });
  return JSON.parse(readFileSync(join(dir, `Expunge-${stage}-${stack}.template.json`), 'utf8')) as StackTemplate;
};

/** The resources of one type, by logical id. */
export const resourcesOf = ({ Resources }: StackTemplate, type: string): [id: string, resource: Resource][] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type);
