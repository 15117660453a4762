import { type App, Validations } from 'aws-cdk-lib';
import type { NagPack } from 'cdk-nag';
import type { StageSettings } from './environments.ts';

type Acknowledged = {
  finding: RegExp;
  on: RegExp;
  /** With which settings it is found. With others the reason is not there, and with these it must be needed. */
  when?: (settings: StageSettings) => boolean;
  reason: string;
};

/** What cdk-nag finds and we keep, and why. Whatever else it finds ends the synthesis, and so does a reason that nothing needs. */
const acknowledged: readonly Acknowledged[] = [
  {
    finding: /^AwsSolutions-IAM5\[Resource::\*\]$/,
    on: /--role\/DefaultPolicy|\/Workflow\/Role\/DefaultPolicy/,
    reason: 'X-Ray takes traces for no narrower resource; no other statement has a bare wildcard (docs/permissions.md)',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^*]*\/(files|staging)\/\*\]$/,
    on: /--role\/DefaultPolicy/,
    reason: "objects' keys are made at run time; each role names its prefixes and actions",
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^*]*:execution:[^*]*:\*\]$/,
    on: /\/Workflow\/(Children|StateMachine\/DistributedMapPolicy)\//,
    reason: 'children of a Distributed Map are named at run time; they are those of this state machine alone',
  },
  {
    finding: /^AwsSolutions-IAM5\[Resource::[^*]*:execution:[^*]*\/\*:\*\]$/,
    on: /\/DistributedMapPolicy\//,
    reason: 'CDK makes this policy and attaches it to no role: the role takes no updates',
  },
  {
    finding: /^AwsSolutions-SF1$/,
    on: /\/Workflow\/StateMachine\//,
    reason:
      'the history has every event already, and each function logs its run; one more copy of ids would serve nobody',
  },
  {
    finding: /^AwsSolutions-APIG4$/,
    on: /\/Api\/Http\//,
    reason:
      "each function checks the caller's key where the vendor's clients send it, before anything else (shared/http)",
  },
  {
    finding: /^Serverless-LambdaDLQ$/,
    on: /-Api\/|-Erasure\/erasure--(?!resume)/,
    reason: 'invoked by a caller who waits, or by the state machine, which tries again: no event is ever queued',
  },
  {
    finding: /^Serverless-LambdaAsyncFailureDestination$/,
    on: /erasure--resume\/EventInvokeConfig/,
    reason: 'it has a dead-letter queue; a destination would get the error with its stack as well',
  },
  {
    finding: /^Serverless-SQSRedrivePolicy$/,
    on: /\/ResumeDeadLetters\//,
    reason: 'it is the dead-letter queue',
  },
  {
    finding: /^Serverless-SNSRedrivePolicy$/,
    on: /\/Alarms\/Topic\//,
    when: ({ alarmEmails }) => alarmEmails.length > 0,
    reason:
      'SNS sends an e-mail again for hours, and counts one as delivered that a mail server took. A queue would hold late copies of ' +
      'what CloudWatch shows anyway, and an alarm on it would go the way that had just failed',
  },
];

/** Acknowledges what the packs find, each finding on its own construct, as far as there is a reason for it; gives the idle reasons. */
const acknowledgeFindings = (app: App, settings: StageSettings, packs: readonly NagPack[]): readonly Acknowledged[] => {
  const expected = acknowledged.filter(({ when }) => when?.(settings) ?? true);
  const constructs = new Map(app.node.findAll().map((construct) => [construct.node.path, construct]));
  const needed = new Set<Acknowledged>();
  for (const { ruleName, violatingResources } of packs.flatMap((pack) => pack.validateScope(app).violations)) {
    for (const { constructPath = '' } of violatingResources) {
      const entry = expected.find(({ finding, on }) => finding.test(ruleName) && on.test(constructPath));
      const construct = constructs.get(constructPath);
      if (!entry || !construct) continue;
      Validations.of(construct).acknowledge({ id: ruleName, reason: entry.reason });
      needed.add(entry);
    }
  }
  return expected.filter((entry) => !needed.has(entry));
};

/** Checks the app by the packs. As a plugin of its own, because a finding has its final name only when everything is resolved. */
export const addChecks = (app: App, settings: StageSettings, packs: readonly NagPack[]): void => {
  const acknowledgements = {
    name: 'Acknowledgements',
    validate: () => {
      const violations = acknowledgeFindings(app, settings, packs).map(({ finding }) => ({
        ruleName: 'IdleAcknowledgement',
        description: `Nothing is found any more of ${finding}`,
        severity: 'fatal',
        // Without a resource CDK prints no line, and then the app passes; one without a path is printed whatever stacks are chosen.
        violatingResources: [{ locations: [] }],
      }));
      return { success: violations.length === 0, violations };
    },
  };
  Validations.of(app).addPlugins(acknowledgements, ...packs);
};
