import { type Environment, RemovalPolicy } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';

/** So many requests a second on average, and so many at once. */
export type Throttle = { requestsPerSecond: number; burst: number };

/** All that differs between the stages and all that an operator changes; code never asks which stage it runs in. */
export type StageSettings = {
  /** How far back a restore reaches: so long can erased content still come back, and so long can a mistake be undone. */
  recoveryDays: number;
  deletionProtection: boolean;
  removalPolicy: RemovalPolicy;
  /** Logs hold ids and counts only. CloudWatch takes up to 72 hours more to delete what has expired. */
  logRetention: RetentionDays;
  /** Where CloudWatch keeps the metrics that the functions print, apart from other environments of the account. */
  metricsNamespace: string;
  /** What the conversations may consume at most, in units a second: a ceiling on the bill. Without it the account's quota is. */
  capacity: { maxReadUnits?: number; maxWriteUnits?: number };
  /**
   * Chunks of all large redactions together: each is a concurrent execution, of the 1,000 that an account has by default
   * and shares with the endpoints, and writes up to 1,000 units a second, of the table's 40,000. They are reserved, and Lambda
   * insists on 100 that nobody reserves. A stage without this number reserves nothing, so it fits a new account of 10: each
   * large redaction runs eight chunks, and callers are refused while several do (docs/decisions/0012-dev-reserves-no-concurrency.md).
   */
  chunksAtOnce?: number;
  /** Of each route, by what it does. Above them API Gateway answers 429 and no function is invoked. */
  throttles: Record<'read' | 'write' | 'redact' | 'unknown', Throttle>;
  /** Who is told of an alarm, by e-mail; each address has to confirm its subscription once. Nobody, if none is named. */
  alarmEmails: readonly string[];
  /** Web pages whose scripts may call the API, e.g. `https://support.example.com`; none by default. */
  allowedOrigins: readonly string[];
  /** A table that was restored from a backup and serves in place of the stage's own, by its name and `TableId` (docs/restore.md). */
  restoredTable?: { name: string; id: string };
  /** A name of the company's own for the API, and then its only one; the certificate must be in the API's region. */
  domain?: { name: string; certificateArn: string };
};

const throttles = {
  read: { requestsPerSecond: 200, burst: 400 },
  write: { requestsPerSecond: 100, burst: 200 },
  redact: { requestsPerSecond: 50, burst: 100 },
  // All that no route takes, together.
  unknown: { requestsPerSecond: 20, burst: 40 },
} as const;

const disposable = {
  recoveryDays: 1,
  deletionProtection: false,
  removalPolicy: RemovalPolicy.DESTROY,
  // Eight chunks of one redaction write up to 8,000 units a second; the rest is for the API.
  capacity: { maxReadUnits: 12_000, maxWriteUnits: 12_000 },
  throttles,
  alarmEmails: [],
  allowedOrigins: [],
} as const;

const stages = {
  dev: { ...disposable, logRetention: RetentionDays.ONE_WEEK, metricsNamespace: 'Expunge/dev' },
  staging: {
    ...disposable,
    logRetention: RetentionDays.ONE_MONTH,
    metricsNamespace: 'Expunge/staging',
    chunksAtOnce: 32,
  },
  prod: {
    recoveryDays: 7,
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
    logRetention: RetentionDays.THREE_MONTHS,
    metricsNamespace: 'Expunge/prod',
    capacity: {},
    chunksAtOnce: 32,
    throttles,
    alarmEmails: [],
    allowedOrigins: [],
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
export const deployTarget = (variables: NodeJS.ProcessEnv): Environment & { region: string } => {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = variables;
  if (!region) throw new Error('CDK_DEFAULT_REGION is not set: run the app through the CDK CLI, e.g. npx cdk synth');
  return { region, ...(account && { account }) };
};
