import { LambdaClient } from '@aws-sdk/client-lambda';
import type { StageSettings } from '../../infra/environments.ts';
import { findQuotaFault, readConcurrency } from './concurrency-quota.ts';

/** Errors of credentials that are missing, expired or unknown: nothing else of a deployment would work either. */
const withoutCredentials =
  /^(CredentialsProviderError|TokenProviderError|ExpiredToken(Exception)?|UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException)$/;

/** An account that does not answer must not keep a deployment waiting. */
const patience = { connectionTimeout: 5_000, requestTimeout: 10_000, throwOnRequestTimeout: true };

const nameOf = (error: unknown) => (error instanceof Error ? error.name : 'unknown');

/**
 * Asks, before anything is synthesized or created, whether the account has what the stage needs, and tells stderr what it lacks.
 * False if the deployment must end here.
 */
export const passesPreflight = async (stage: string, settings: StageSettings): Promise<boolean> => {
  // The CDK CLI takes the second variable too, which the SDK does not know.
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const named = AWS_REGION ?? AWS_DEFAULT_REGION;
  const client = new LambdaClient({ maxAttempts: 2, requestHandler: patience, ...(named && { region: named }) });
  const region = await client.config.region().catch(() => undefined);
  if (region === undefined) {
    console.error('There is no AWS region: set AWS_REGION, or a profile that names one in AWS_PROFILE');
    return false;
  }
  try {
    const fault = findQuotaFault(stage, settings, await readConcurrency(client), region);
    if (fault) console.error(fault.text);
    return !fault?.isCertain;
  } catch (error) {
    const name = nameOf(error);
    if (withoutCredentials.test(name)) {
      console.error(`There are no valid AWS credentials (${name}): set AWS_PROFILE, or log in again`);
      return false;
    }
    console.error(
      `Warning: Lambda did not tell the account's quota (${name}; it takes lambda:GetAccountSettings), so it was not checked`,
    );
    return true;
  } finally {
    client.destroy();
  }
};
