/**
 * In place of the SDK's default chain of credential providers: Lambda hands a function its credentials in the environment,
 * and so does the local cloud. The chain's other links, from SSO to the metadata of EC2, are 130 KB.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';
