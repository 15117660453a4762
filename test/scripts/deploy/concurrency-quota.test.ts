import { describe, expect, it } from 'vitest';
import { findStage, type StageName } from '../../../infra/environments.ts';
import { type Concurrency, findQuotaFault } from '../../../scripts/deploy/concurrency-quota.ts';

const region = 'eu-west-1';
const faultIn = (stage: StageName, concurrency: Concurrency) =>
  findQuotaFault(stage, findStage(stage).settings, concurrency, region);
const requestOf = (desired: number) =>
  `  aws service-quotas request-service-quota-increase --service-code lambda --quota-code L-B99A9384 --desired-value ${desired} --region ${region}`;

describe("what a stage needs of an account's concurrent executions", () => {
  it.each([10, 100, 1_000])('is there for dev with a quota of %i, since it reserves none', (quota) => {
    expect(faultIn('dev', { quota, unreserved: quota })).toBeUndefined();
  });

  it.each([
    ['staging', 10],
    ['staging', 100],
    ['prod', 10],
    ['prod', 100],
    ['prod', 132],
  ] as const)(
    'is missing for %s with a quota of %i, which is certain; the text says how to ask for it',
    (stage, quota) => {
      expect(faultIn(stage, { quota, unreserved: quota })).toEqual({
        isCertain: true,
        text:
          `The account's quota "Concurrent executions" (L-B99A9384 of lambda) is ${quota} in ${region}; ${stage} needs 133: ` +
          'it reserves 33, and Lambda keeps 100 for functions that reserve none. Ask for more:\n' +
          requestOf(1_000),
      });
    },
  );

  it.each([
    ['a new deployment', 1_000, 1_000],
    ['the next one, which has its own reserved', 1_000, 967],
    ['an account that has just enough', 133, 133],
  ])('is there for prod: %s', (_, quota, unreserved) => {
    expect(faultIn('prod', { quota, unreserved })).toBeUndefined();
  });

  it('may be missing where others reserve too much, or they are its own: a warning', () => {
    const fault = faultIn('prod', { quota: 1_000, unreserved: 120 });
    expect(fault).toMatchObject({ isCertain: false, text: expect.stringContaining('all but 120 of the account') });
    expect(fault?.text).toContain(requestOf(1_013));
  });

  it('grows with what the stage reserves', () => {
    const ofChunks = (chunksAtOnce: number) =>
      findQuotaFault('prod', { chunksAtOnce }, { quota: 500, unreserved: 500 }, region);
    expect(ofChunks(399)).toBeUndefined();
    expect(ofChunks(400)).toMatchObject({ isCertain: true });
    expect(
      findQuotaFault('prod', { chunksAtOnce: 2_000 }, { quota: 1_000, unreserved: 1_000 }, region)?.text,
    ).toContain(requestOf(2_101));
  });
});
