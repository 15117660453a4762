import { App } from 'aws-cdk-lib';
import { Subscription } from 'aws-cdk-lib/aws-sns';
import { addStage, appContext } from '../../../infra/add-stage.ts';
import { deployTarget, findStage } from '../../../infra/environments.ts';

/**
 * An app for the CDK CLI: dev with an alarm address and without bundles. With IDLE_REASON the address has no subscription, so
 * nothing needs the reason for it.
 */
const app = new App({ context: appContext, postCliContext: { 'aws:cdk:bundling-stacks': [] } });
const { stage, settings } = findStage('dev');
addStage(app, {
  stage,
  settings: { ...settings, alarmEmails: ['oncall@example.com'] },
  env: deployTarget(process.env),
});
if (process.env['IDLE_REASON'] !== undefined) {
  for (const { node } of app.node.findAll().filter((construct) => construct instanceof Subscription)) {
    node.scope?.node.tryRemoveChild(node.id);
  }
}
