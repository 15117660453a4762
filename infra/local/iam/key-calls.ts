import { localAws } from '../local-aws.ts';
import type { Call } from './authorizer.ts';

const keyActions: Record<string, string[]> = {
  's3:GetObject': ['Decrypt'],
  // S3 also decrypts the bucket's own key, where it has one.
  's3:PutObject': ['GenerateDataKey', 'Decrypt'],
};

/** The calls to KMS that DynamoDB and S3 make in the name of their caller, where what is called on is encrypted under the key. */
export const keyCalls = (keyArn: string | undefined, { action }: Call): Call[] => {
  const [service = ''] = action.split(':');
  const actions = keyActions[action] ?? (service === 'dynamodb' ? ['Decrypt'] : []);
  const context = { 'kms:ViaService': `${service}.${localAws.region}.amazonaws.com` };
  return keyArn === undefined ? [] : actions.map((each) => ({ action: `kms:${each}`, resource: keyArn, context }));
};
