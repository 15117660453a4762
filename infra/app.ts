/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { App, Aspects } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { addChecks } from './acknowledged-findings.ts';
import { assertDeployable } from './check-settings.ts';
import { deployTarget, findStage } from './environments.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { ErasureStack } from './stacks/erasure-stack.ts';

// Strong references: CloudFormation refuses to take a table away from under the functions that use it.
const app = new App({ context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' } });
const { stage, settings } = findStage(String(app.node.tryGetContext('env') ?? 'dev'));
const env = deployTarget(process.env);
assertDeployable(stage, settings, env.region);

const data = new DataStack(app, `Expunge-${stage}-Data`, { env, settings });
const erasure = new ErasureStack(app, `Expunge-${stage}-Erasure`, { env, settings, data });
new ApiStack(app, `Expunge-${stage}-Api`, { env, settings, data, erasure });

// Whatever alarm a stack has tells the environment's topic.
Aspects.of(app).add(data.alarms);

addChecks(app, [new AwsSolutionsChecks(app), new ServerlessChecks(app)]);
