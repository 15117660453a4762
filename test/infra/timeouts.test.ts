import { beforeAll, describe, expect, it } from 'vitest';
import { abandonedAfter } from '../../functions/erasure/resume/resume-open.ts';
import { writerLives } from '../../shared/attachments/attachment-index.ts';
import { dynamodb } from '../../shared/clients.ts';
import { timeToAnswer } from '../../shared/http/entry.ts';
import { lockMargin } from '../../shared/http/idempotent.ts';
import { s3 } from '../../shared/s3.ts';
import { stepFunctions } from '../../shared/step-functions.ts';
import { deployedFunctions } from './deployed-functions.ts';
import { deployments } from './deployments.ts';
import { readTemplate, resourcesOf } from './stack-template.ts';

// What the SDK waits between attempts at most, when the service throttles: 0.5, 1, 2, 4 s.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html
const waitsOf = (attempts: number) => 500 * (2 ** (attempts - 1) - 1);

const clients = [
  ['DynamoDB', dynamodb],
  ['S3', s3],
  ['Step Functions', stepFunctions],
] as const;

describe.each(deployments)('time in $name', (deployment) => {
  let gatewayWaits: number[];
  let functionsLive: number[];

  beforeAll(async () => {
    const template = await readTemplate(deployment, 'Api');
    gatewayWaits = resourcesOf(template, 'AWS::ApiGatewayV2::Integration').map(
      // 30 s are an HTTP API's most, and what it waits unless it is told.
      ([, { Properties }]) => Properties['TimeoutInMillis'] ?? 30_000,
    );
    functionsLive = deployedFunctions(template).map(({ properties }) => properties['Timeout'] * 1000);
  });

  it.each(clients)('lets a call to %s give up before the request has to be answered', async (_, { config }) => {
    // What the handler was given; its own accessor has it only after a first call.
    const handler = await (config.requestHandler as any).configProvider;
    expect(handler).toMatchObject({ connectionTimeout: 1_000, throwOnRequestTimeout: true });
    const attempts = await config.maxAttempts();
    const oneCall = attempts * handler.requestTimeout + waitsOf(attempts);
    expect(oneCall).toBeLessThan(Math.min(...functionsLive) - timeToAnswer);
  });

  it('lets a function answer before the gateway gives up, a cold start included', () => {
    expect(gatewayWaits).toHaveLength(functionsLive.length);
    expect(Math.max(...functionsLive) - timeToAnswer).toBeLessThanOrEqual(Math.min(...gatewayWaits) - 2_000);
  });

  it('kills a function after the gateway has given up, and frees its idempotency key after that', () => {
    expect(Math.min(...functionsLive)).toBeGreaterThan(Math.max(...gatewayWaits));
    // A record lasts for what the function has left, and this on top (test/shared/http/timeouts.test.ts).
    expect(lockMargin).toBeGreaterThan(0);
  });

  it('takes a writer for dead, and a redaction for abandoned, when no function can be at it any more', async () => {
    expect(writerLives).toBeGreaterThan(Math.max(...functionsLive));
    expect(abandonedAfter).toBeGreaterThan(Math.max(...functionsLive) + lockMargin);
    const erasure = await readTemplate(deployment, 'Erasure');
    const [[, machine] = []] = resourcesOf(erasure, 'AWS::StepFunctions::StateMachine');
    const retriers = JSON.stringify(machine).match(/\{\\"ErrorEquals\\":\[\\"WriterAtWork\\"\][^}]*\}/g) ?? [];
    const waits = retriers
      .map((text) => JSON.parse(text.replaceAll('\\', '')))
      .map(({ IntervalSeconds, MaxAttempts, BackoffRate }) => [IntervalSeconds * MaxAttempts * 1000, BackoffRate]);
    expect(waits.length).toBeGreaterThan(3);
    for (const [wait, rate] of waits) {
      expect(rate).toBe(1);
      expect(wait).toBeGreaterThan(writerLives);
    }
  });
});
