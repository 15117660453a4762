import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { addStage, appContext } from '../../infra/add-stage.ts';
import type { StageSettings } from '../../infra/environments.ts';
import { synthesize } from '../../infra/local/synthesize.ts';
import { type Deployment, region } from './deployments.ts';

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

export const stackNames = ['Api', 'Data', 'Erasure'] as const;
export type StackName = (typeof stackNames)[number];

const readFrom = (dir: string, stage: string, stack: StackName) =>
  JSON.parse(readFileSync(join(dir, `Expunge-${stage}-${stack}.template.json`), 'utf8')) as StackTemplate;

/** The templates of a stage with these settings, without its bundles. */
export const templatesWith = (stage: string, settings: StageSettings): Record<StackName, StackTemplate> => {
  const outdir = mkdtempSync(join(tmpdir(), 'expunge-templates-'));
  try {
    const app = new App({ outdir, context: { ...cdkJson.context, ...appContext, 'aws:cdk:bundling-stacks': [] } });
    addStage(app, { stage, settings, env: { region } });
    app.synth();
    const [Api, Data, Erasure] = stackNames.map((stack) => readFrom(outdir, stage, stack)) as [
      StackTemplate,
      StackTemplate,
      StackTemplate,
    ];
    return { Api, Data, Erasure };
  } finally {
    rmSync(outdir, { recursive: true });
  }
};

const withEverySetting = new Map<Deployment, Record<StackName, StackTemplate>>();

/** The template of a deployment's stack: of a stage from the app as it is deployed, without its bundles. */
export const readTemplate = async (deployment: Deployment, stack: StackName): Promise<StackTemplate> => {
  const { stage, settings, hasEverySetting } = deployment;
  if (!hasEverySetting) return readFrom(await synthesize({ stage, bundle: false }), stage, stack);
  const templates = withEverySetting.get(deployment) ?? templatesWith(stage, settings);
  withEverySetting.set(deployment, templates);
  return templates[stack];
};

/** The resources of one type, by logical id. */
export const resourcesOf = ({ Resources }: StackTemplate, type: string): [id: string, resource: Resource][] =>
  Object.entries(Resources).filter(([, { Type }]) => Type === type);
