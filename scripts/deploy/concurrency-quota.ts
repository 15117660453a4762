import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { StageSettings } from '../../infra/environments.ts';
import { reservedConcurrency } from '../../infra/reserved-concurrency.ts';

/** The concurrent executions that an account has in one region: all of them, and those that no function reserves. */
export interface Concurrency {
  quota: number;
  unreserved: number;
}

/** Lambda refuses to leave fewer: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
const neverReserved = 100;
/** What AWS gives an account that is not new. */
const usualQuota = 1_000;

/** Asks Lambda. Throws what the SDK throws. */
export const readConcurrency = async (client: LambdaClient): Promise<Concurrency> => {
  const { AccountLimit = {} } = await client.send(new GetAccountSettingsCommand({}));
  const { ConcurrentExecutions: quota = 0, UnreservedConcurrentExecutions: unreserved = quota } = AccountLimit;
  return { quota, unreserved };
};

/**
 * What is wrong with an account for a stage, and the command that asks for more; nothing if it fits. It is certain if the
 * quota is too small. Where other reservations are in the way it is not, since they may be this stage's own.
 */
export const findQuotaFault = (
  stage: string,
  settings: Pick<StageSettings, 'chunksAtOnce'>,
  { quota, unreserved }: Concurrency,
  region: string,
): { isCertain: boolean; text: string } | undefined => {
  const reserved = Object.values(reservedConcurrency(settings)).reduce((sum, count) => sum + count, 0);
  const needed = reserved + neverReserved;
  if (reserved === 0 || unreserved >= needed) return undefined;
  const isCertain = quota < needed;
  const problem = isCertain
    ? `The account's quota "Concurrent executions" (L-B99A9384 of lambda) is ${quota} in ${region}; ${stage} needs ${needed}`
    : `Warning: functions reserve all but ${unreserved} of the account's ${quota} concurrent executions in ${region}; ` +
      `unless ${stage} is deployed already and these are its own, it needs ${needed}`;
  const desired = Math.max(usualQuota, quota + needed - unreserved);
  return {
    isCertain,
    text:
      `${problem}: it reserves ${reserved}, and Lambda keeps ${neverReserved} for functions that reserve none. Ask for more:\n` +
      `  aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${desired} --region ${region}`,
  };
};
