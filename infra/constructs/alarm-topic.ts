import type { IAspect } from 'aws-cdk-lib';
import { Aws, RemovalPolicy } from 'aws-cdk-lib';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct, type IConstruct } from 'constructs';

/**
 * Whom an environment's alarms tell. As an aspect of the app it adds itself to every alarm, so that none can be
 * forgotten: of its beginning, and of its end, so that whoever was called knows when it is over.
 */
export class AlarmTopic extends Construct implements IAspect {
  readonly topic: Topic;

  constructor(scope: Construct, id: string, { emails }: { emails: readonly string[] }) {
    super(scope, id);
    // Not the key of the stores, which CloudWatch has no business with; AWS's own key for topics would lock it out.
    const masterKey = new Key(this, 'Key', {
      description: `${scope.node.id}: messages of alarms`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.topic = new Topic(this, 'Topic', { masterKey, enforceSSL: true });
    // A topic with a policy of its own, as enforceSSL gives it, lets in only who is named. The grant includes the key.
    const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
    this.topic.grantPublish(new ServicePrincipal('cloudwatch.amazonaws.com', { conditions }));
    for (const email of emails) this.topic.addSubscription(new EmailSubscription(email));
  }

  visit(node: IConstruct): void {
    if (!(node instanceof Alarm)) return;
    const tell = new SnsAction(this.topic);
    node.addAlarmAction(tell);
    node.addOkAction(tell);
  }
}
