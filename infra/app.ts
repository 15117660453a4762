import { App } from 'aws-cdk-lib';
import { addStage, appContext } from './add-stage.ts';
import { deployTarget, findStage } from './environments.ts';

const app = new App({ context: appContext });
const stage = findStage(String(app.node.tryGetContext('env') ?? 'dev'));
addStage(app, { ...stage, env: deployTarget(process.env) });
