import { findStage, type StageName, stageNames, type StageSettings } from '../../infra/environments.ts';

export const region = 'eu-west-1';

/** Every setting, and every part of one, filled: a new optional setting that is missing here is an error of types. */
type Filled<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { [K in keyof T]-?: Filled<NonNullable<T[K]>> }
    : T;

const prod = findStage('prod').settings;

/** What an operator may turn on, all of it together. */
export const everySetting: Filled<StageSettings> = {
  recoveryDays: prod.recoveryDays,
  deletionProtection: prod.deletionProtection,
  removalPolicy: prod.removalPolicy,
  logRetention: prod.logRetention,
  metricsNamespace: prod.metricsNamespace,
  capacity: { maxReadUnits: 40_000, maxWriteUnits: 40_000 },
  chunksAtOnce: 32,
  throttles: prod.throttles,
  alarmEmails: ['oncall@example.com', 'privacy@example.com'],
  allowedOrigins: ['https://desk.example.com', 'http://localhost:5173'],
  restoredTable: { name: 'Conversations-restored', id: '6f5a1f0e-5a2b-4a57-9d5e-0f2b8f3a7c11' },
  domain: {
    name: 'redaction.example.com',
    certificateArn: `arn:aws:acm:${region}:111111111111:certificate/0d3c2f6a-0000-4000-8000-000000000000`,
  },
};

/** A stage as its settings have it, or prod with every optional setting on. */
export type Deployment = { name: string; stage: StageName; settings: StageSettings; hasEverySetting: boolean };

/** What the templates are checked for: each stage, and prod once more with every optional setting on. */
export const deployments: readonly Deployment[] = [
  ...stageNames.map((name) => ({ name, hasEverySetting: false, ...findStage(name) })),
  { name: 'prod with every setting', hasEverySetting: true, stage: 'prod', settings: everySetting },
];
