/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { type App, Aspects, type Environment } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { addChecks } from './acknowledged-findings.ts';
import { assertDeployable } from './check-settings.ts';
import type { StageSettings } from './environments.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { ErasureStack } from './stacks/erasure-stack.ts';

/** What an app must be made with. Strong references: CloudFormation refuses to take a table away from under the functions that use it. */
export const appContext = { '@aws-cdk/core:defaultCrossStackReferences': 'strong' };

export type Stage = { stage: string; settings: StageSettings; env: Environment & { region: string } };

/** Adds a stage's three stacks to an app, and what checks them. Throws if a setting is wrong. */
export const addStage = (app: App, { stage, settings, env }: Stage): void => {
  assertDeployable(stage, settings, env.region);

  const data = new DataStack(app, `Expunge-${stage}-Data`, { env, settings });
  const erasure = new ErasureStack(app, `Expunge-${stage}-Erasure`, { env, settings, data });
  new ApiStack(app, `Expunge-${stage}-Api`, { env, settings, data, erasure });

  // Whatever alarm a stack has tells the environment's topic.
  Aspects.of(app).add(data.alarms);

  addChecks(app, settings, [new AwsSolutionsChecks(app), new ServerlessChecks(app)]);
};
