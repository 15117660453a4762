import { Stack } from 'aws-cdk-lib';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';

/**
 * Lets the grantee use the key through a service that encrypts with it, and not by itself: the service calls KMS in the
 * name of whoever called it. https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
 */
export const grantKeyThrough = (
  service: 'dynamodb' | 's3',
  key: IKey,
  grantee: IGrantable,
  actions: ('kms:Decrypt' | 'kms:GenerateDataKey')[],
): void => {
  Grant.addToPrincipal({
    grantee,
    actions,
    resourceArns: [key.keyArn],
    conditions: { StringEquals: { 'kms:ViaService': `${service}.${Stack.of(key).region}.amazonaws.com` } },
  });
};
