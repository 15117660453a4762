import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeAuthorizer } from '../../../../infra/local/iam/authorizer.ts';
import type { RecordedCall } from '../../../../infra/local/iam/gates.ts';
import { checkInvokers } from '../../../../infra/local/iam/invokers.ts';
import { readPolicies } from '../../../../infra/local/iam/policies.ts';
import { loadAssembly } from '../../../../infra/local/template.ts';
import { writeAssembly } from '../fixture-assembly.ts';

const code = 'export const handler = async () => {};';
const functionArn = 'arn:aws:lambda:eu-west-1:000000000000:function:Fixture-Api-houseprobe';

describe('what invokes functions in the local cloud', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await writeAssembly({ 'house/probe': { code, route: 'GET /probe/{id}', schedule: 'rate(1 minute)' } });
  });
  afterEach(() => rm(dir, { recursive: true }));

  const checked = async (change: (resources: Record<string, any>) => void = () => {}) => {
    const file = join(dir, 'Fixture-Api.template.json');
    const template = JSON.parse(await readFile(file, 'utf8'));
    change(template.Resources);
    await writeFile(file, JSON.stringify(template));
    const assembly = loadAssembly(dir);
    const calls: RecordedCall[] = [];
    await checkInvokers(assembly, makeAuthorizer(readPolicies(assembly)), (call) => calls.push(call));
    return calls;
  };

  it('may, where the template says so, and is recorded', async () => {
    const scheduled = { caller: 'Fixture-Api-houseprobeSchedule', action: 'lambda:InvokeFunction', allowed: true };
    expect(await checked()).toMatchObject([{ ...scheduled, resource: functionArn }]);
  });

  it.each<[string, (resources: Record<string, any>) => void]>([
    ['no permission', (resources) => delete resources['houseprobePermission']],
    ['one for another path', ({ houseprobePermission: { Properties } }) => (Properties.SourceArn = 'arn:*/*/prob')],
    [
      'one for another service',
      ({ houseprobePermission: { Properties } }) => (Properties.Principal = 's3.amazonaws.com'),
    ],
  ])('is refused to the API that has %s', async (_, change) => {
    await expect(checked(change)).rejects.toThrow(`The API may not invoke ${functionArn} for GET /probe/{id}`);
  });

  it('is refused to a schedule whose role does not allow it', async () => {
    const change = ({ houseprobeScheduler: { Properties } }: Record<string, any>) => (Properties.Policies = []);
    await expect(checked(change)).rejects.toThrow(
      `Fixture-Api-houseprobeSchedule may not lambda:InvokeFunction on ${functionArn}`,
    );
  });

  it('is not read from managed policies, which stand in no template', async () => {
    const change = ({ houseprobeRole: { Properties } }: Record<string, any>) =>
      (Properties.ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess']);
    await expect(checked(change)).rejects.toThrow('No rule for managed policies');
  });
});
