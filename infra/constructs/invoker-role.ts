import { Aws } from 'aws-cdk-lib';
import { Grant, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/** The role in which a service invokes these functions; what CDK grants by itself takes in all their versions. */
export const invokerRole = (
  scope: Construct,
  id: string,
  service: 'states.amazonaws.com' | 'scheduler.amazonaws.com',
  functions: readonly IFunction[],
): Role => {
  const conditions = { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } };
  const role = new Role(scope, id, { assumedBy: new ServicePrincipal(service, { conditions }) });
  Grant.addToPrincipal({
    grantee: role,
    actions: ['lambda:InvokeFunction'],
    resourceArns: functions.map(({ functionArn }) => functionArn),
  });
  return role;
};
