/* oxlint-disable eslint/no-new -- a construct adds itself to its scope */
import { App } from 'aws-cdk-lib';
import { deployTarget, findStage } from './environments.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { DataStack } from './stacks/data-stack.ts';

// Strong references: CloudFormation refuses to take a table away from under the functions that use it.
const app = new App({ context: { '@aws-cdk/core:defaultCrossStackReferences': 'strong' } });
const { stage, settings } = findStage(String(app.node.tryGetContext('env') ?? 'dev'));
const env = deployTarget(process.env);

const data = new DataStack(app, `Expunge-${stage}-Data`, { env, settings });
new ApiStack(app, `Expunge-${stage}-Api`, { env, settings, data });
