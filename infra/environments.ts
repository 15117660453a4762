import { type Environment, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** What differs between the stages; code never asks which stage it runs in. */
export type StageSettings = {
  /** How far back a restore reaches: so long can erased content still come back, and so long can a mistake be undone. */
  recoveryDays: number;
  deletionProtection: boolean;
  /**
   * Chunks of all large redactions together: each is a concurrent execution, of the 1,000 that an account has by default
   * and shares with the endpoints, and writes up to 1,000 units a second, of the table's 40,000.
   */
  chunksAtOnce: number;
  removalPolicy: RemovalPolicy;
  /** Logs hold ids and counts only. CloudWatch takes up to 72 hours more to delete what has expired. */
  logRetention: RetentionDays;
};

const disposable = {
  recoveryDays: 1,
  deletionProtection: false,
  removalPolicy: RemovalPolicy.DESTROY,
  chunksAtOnce: 32,
} as const;

const stages = {
  dev: { ...disposable, logRetention: RetentionDays.ONE_WEEK },
  staging: { ...disposable, logRetention: RetentionDays.ONE_MONTH },
  prod: {
    recoveryDays: 7,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    chunksAtOnce: 32,
    logRetention: RetentionDays.THREE_MONTHS,
  },
} as const satisfies Record<string, StageSettings>;

/** The name of a stage, given to the app as `-c env=<name>`. */
export type StageName = keyof typeof stages;

/** The stages that the app can be synthesized for. */
export const stageNames = Object.keys(stages) as StageName[];

/** The settings of the named stage; an unknown name is an error that lists the known ones. */
export const findStage = (name: string): { stage: StageName; settings: StageSettings } => {
  const stage = stageNames.find((known) => known === name);
  if (!stage) throw new Error(`Unknown env "${name}": use -c env=${stageNames.join('|')}`);
  return { stage, settings: stages[stage] };
};

/**
 * The account and region of the profile that deploys, which the CDK CLI hands over. Without an account the stacks fit any;
 * a region is needed, because a table that spans regions names the key of each.
 */
export const deployTarget = (variables: NodeJS.ProcessEnv): Environment => {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = variables;
  if (!region) throw new Error('CDK_DEFAULT_REGION is not set: run the app through the CDK CLI, e.g. npx cdk synth');
  return { region, ...(account && { account }) };
};
