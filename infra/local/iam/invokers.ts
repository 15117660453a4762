import * as z from 'zod';
import { localAws } from '../local-aws.ts';
import { readRoutes } from '../routes.ts';
import { readStateMachines } from '../state-machines.ts';
import type { Assembly } from '../template.ts';
import { type Authorizer, type Call, patternOf } from './authorizer.ts';
import type { OnCall } from './gates.ts';

const permissionProperties = z.object({ FunctionName: z.string(), Principal: z.string(), SourceArn: z.string() });
const machineProperties = z.object({ RoleArn: z.string(), DefinitionString: z.string() });
const scheduleProperties = z.object({ Target: z.object({ Arn: z.string(), RoleArn: z.string() }) });

const invocationOf = (functionArn: string): Call => ({
  action: 'lambda:InvokeFunction',
  resource: functionArn,
  context: {},
});

const checkRoutes = (assembly: Assembly): void => {
  const permissions = assembly
    .resources('AWS::Lambda::Permission')
    .map((permission) => permission.properties(permissionProperties));
  const { account, region } = localAws;
  for (const { key, functionArn } of readRoutes(assembly)) {
    const paths = assembly
      .resources('AWS::ApiGatewayV2::Api')
      .map(({ name }) => `arn:aws:execute-api:${region}:${account}:${name}/$default/${key.replace(' ', '')}`);
    const allowed = permissions.some(
      ({ FunctionName, Principal, SourceArn }) =>
        FunctionName === functionArn &&
        Principal === 'apigateway.amazonaws.com' &&
        paths.some((path) => patternOf(SourceArn).test(path.replace('/$default/$default', '/$default/any'))),
    );
    if (!allowed) throw new Error(`The API may not invoke ${functionArn} for ${key}`);
  }
};

/** Fails unless API Gateway, Step Functions and the Scheduler may invoke what the template has them invoke. */
export const checkInvokers = async (assembly: Assembly, authorize: Authorizer, onCall?: OnCall): Promise<void> => {
  checkRoutes(assembly);

  const check = async (caller: string, roleArn: string, calls: Call[]) => {
    for (const call of calls) {
      const allowed = await authorize(roleArn, call);
      onCall?.({ caller, roleArn, ...call, allowed });
      if (!allowed) throw new Error(`${caller} may not ${call.action} on ${call.resource}`);
    }
  };
  const taskArns = new Map(readStateMachines(assembly).map((machine) => [machine.arn, machine.taskArns]));
  for (const machine of assembly.resources('AWS::StepFunctions::StateMachine')) {
    const { RoleArn, DefinitionString } = machine.properties(machineProperties);
    const arn = machine.arn();
    // The children of a Distributed Map are executions of the machine itself.
    const maps = DefinitionString.includes('"DISTRIBUTED"')
      ? [{ action: 'states:StartExecution', resource: arn, context: {} }]
      : [];
    await check(machine.name, RoleArn, [...[...(taskArns.get(arn)?.values() ?? [])].map(invocationOf), ...maps]);
  }
  for (const schedule of assembly.resources('AWS::Scheduler::Schedule')) {
    const { Target } = schedule.properties(scheduleProperties);
    await check(schedule.name, Target.RoleArn, [invocationOf(Target.Arn)]);
  }
};
